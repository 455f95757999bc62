"use strict";

const fs = require("node:fs");
const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");
const { LANGUAGES, serverCommand } = require("./server");

/** @type {LanguageClient | undefined} */
let client;

async function start() {
  const folders = (vscode.workspace.workspaceFolders ?? []).map((folder) => folder.uri.fsPath);
  const set = vscode.workspace.getConfiguration("iacfix").get("command", []);
  const server = serverCommand(set, folders, fs.existsSync);
  client = new LanguageClient("iacfix", "iacfix", server, {
    documentSelector: LANGUAGES.map((language) => ({ scheme: "file", language })),
  });
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    const shown = [server.command, ...server.args].join(" ");
    vscode.window.showErrorMessage(
      `iacfix: ${shown} did not start (${error.message}). Run pip install '.[lsp]' in a checkout of iacfix, or set iacfix.command.`,
    );
  }
}

async function stop() {
  const running = client;
  client = undefined;
  await running?.stop();
}

async function restart() {
  await stop();
  await start();
}

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand("iacfix.restart", restart),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("iacfix.command")) {
        return restart();
      }
    }),
  );
  await start();
}

module.exports = { activate, deactivate: stop };

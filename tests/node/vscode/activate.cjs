// Loads the extension where there is no editor: prints what it starts, for what, and what it says where that fails.
"use strict";

const Module = require("node:module");
const [extension, set, fails] = process.argv.slice(2);
const seen = { clients: [], errors: [], stopped: 0 };
const commands = {};

class LanguageClient {
  constructor(id, name, server, options) {
    seen.clients.push({ server, options });
  }
  async start() {
    if (fails) throw new Error(fails);
  }
  async stop() {
    seen.stopped += 1;
  }
}
const vscode = {
  workspace: {
    workspaceFolders: [{ uri: { fsPath: "/nowhere" } }],
    getConfiguration: () => ({ get: () => JSON.parse(set) }),
    onDidChangeConfiguration: () => ({}),
  },
  commands: { registerCommand: (name, run) => (commands[name] = run) },
  window: { showErrorMessage: (text) => seen.errors.push(text) },
};
const load = Module._load;
Module._load = (name, ...rest) =>
  name === "vscode" ? vscode : name === "vscode-languageclient/node" ? { LanguageClient } : load(name, ...rest);

async function main() {
  const { activate, deactivate } = require(`${extension}/extension.js`);
  await activate({ subscriptions: [] });
  await commands["iacfix.restart"]();
  await deactivate();
  console.log(JSON.stringify(seen));
}

main();

"use strict";

const path = require("node:path");

/** The languages whose files the server reads. */
const LANGUAGES = ["python", "typescript", "typescriptreact", "javascript", "javascriptreact", "terraform", "opentofu"];

/**
 * How the server is started: by the command that is set, else by the iacfix of the first folder that has one in its
 * .venv, else by the one on the PATH.
 */
function serverCommand(command, folders, exists, platform = process.platform) {
  if (command.length > 0) {
    return { command: command[0], args: [...command.slice(1), "lsp"] };
  }
  const inside = platform === "win32" ? [".venv", "Scripts", "iacfix.exe"] : [".venv", "bin", "iacfix"];
  const own = folders.map((folder) => path.join(folder, ...inside)).find(exists);
  return { command: own ?? "iacfix", args: ["lsp"] };
}

module.exports = { LANGUAGES, serverCommand };

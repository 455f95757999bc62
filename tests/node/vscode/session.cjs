// Starts the server as the extension does, opens a text and has its first fix made; prints what came of it as JSON.
"use strict";

const { spawn } = require("node:child_process");
const [extension, uri, text, ...command] = process.argv.slice(2);
const from = { paths: [extension] };
const rpc = require(require.resolve("vscode-languageserver-protocol/node", from));
const { serverCommand } = require(`${extension}/server.js`);

async function main() {
  const { command: program, args } = serverCommand(command, [], () => false);
  const server = spawn(program, args, { stdio: ["pipe", "pipe", "inherit"] });
  const connection = rpc.createProtocolConnection(server.stdout, server.stdin);
  const told = new Promise((resolve) => {
    connection.onNotification(rpc.PublishDiagnosticsNotification.type, resolve);
  });
  connection.onRequest(rpc.RegistrationRequest.type, () => {});
  connection.listen();
  const capabilities = {
    textDocument: {
      codeAction: { resolveSupport: { properties: ["edit"] }, codeActionLiteralSupport: { codeActionKind: { valueSet: [] } } },
    },
  };
  const { serverInfo } = await connection.sendRequest(rpc.InitializeRequest.type, {
    processId: process.pid,
    rootUri: null,
    capabilities,
  });
  await connection.sendNotification(rpc.InitializedNotification.type, {});
  const textDocument = { uri, languageId: "python", version: 1, text };
  await connection.sendNotification(rpc.DidOpenTextDocumentNotification.type, { textDocument });
  const { diagnostics } = await told;
  const asked = { textDocument: { uri }, range: diagnostics[0].range, context: { diagnostics } };
  const [action] = await connection.sendRequest(rpc.CodeActionRequest.type, asked);
  const { edit } = await connection.sendRequest(rpc.CodeActionResolveRequest.type, action);
  await connection.sendRequest(rpc.ShutdownRequest.type);
  await connection.sendNotification(rpc.ExitNotification.type);
  console.log(JSON.stringify({ serverInfo, diagnostics, edit }));
}

main().then(() => process.exit(0));

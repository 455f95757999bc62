// Run Pulumi programs under mocks and print what each of them registers, as one JSON object by path; the same object
// as run_program.py prints.
//
//     NODE_PATH=<node_modules with pulumi, aws and typescript> node run_program.cjs PROGRAM...
//
// Nothing here reaches a cloud.

"use strict";

const fs = require("node:fs");
const path = require("node:path");
const pulumi = require("@pulumi/pulumi");
const typescript = require("typescript");
const { version } = require("@pulumi/aws/package.json");
const { answer, outputs, resourceId } = require("./mocked_cloud.cjs");

const STACK = "pulumi:pulumi:Stack";
const { runtime } = pulumi;

const cloud = {
  call: ({ token, inputs, provider }) => answer(token, inputs, withoutId(provider ?? "")),
  newResource: ({ type, name, inputs }) => ({ id: resourceId(name), state: outputs(type, name, inputs) }),
};

/** Keeps what the program asks the engine for, with the urns the engine would make. */
function record(monitor) {
  const graph = { major: Number.parseInt(version), resources: [], invokes: [], exports: {} };
  const { registerResource, registerResourceOutputs, invoke } = monitor;
  const urns = new Set();
  let failed;
  monitor.newUrn = (parent, type, name) => {
    const above = parent ? parent.split("::")[2] : "";
    const chain = ["", STACK].includes(above) ? type : `${above}$${type}`;
    return `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${chain}::${name}`;
  };
  monitor.registerResource = (request, callback) => {
    if (request.getType() !== STACK) {
      const urn = monitor.newUrn(request.getParent(), request.getType(), request.getName());
      failed ??= urns.has(urn) ? new Error(`duplicate resource URN ${urn}`) : undefined;
      urns.add(urn);
      graph.resources.push(registered(urn, request));
    }
    return registerResource.call(monitor, request, callback);
  };
  monitor.registerResourceOutputs = (request, callback) => {
    if (request.getUrn().includes(`::${STACK}::`)) {
      graph.exports = plain(request.getOutputs());
    }
    return registerResourceOutputs.call(monitor, request, callback);
  };
  monitor.invoke = (request, callback) => {
    const provider = withoutId(request.getProvider());
    graph.invokes.push({ function: request.getTok(), args: plain(request.getArgs()), provider });
    return invoke.call(monitor, request, callback);
  };
  return () => {
    if (failed) {
      throw failed;
    }
    return graph;
  };
}

function registered(urn, request) {
  return {
    type: request.getType(),
    name: request.getName(),
    urn,
    parent: request.getParent(),
    provider: withoutId(request.getProvider()),
    inputs: plain(request.getObject()),
    dependencies: request.getDependenciesList().sort(),
    options: options(request),
  };
}

/** The options that decide what happens to a resource; aliases that an SDK declares itself are left out. */
function options(request) {
  const aliases = request.getAliasesList().map((each) => each.toObject());
  const given = {
    protect: request.getProtect(),
    retainOnDelete: request.getRetainondelete(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    import: request.getImportid(),
    ignoreChanges: request.getIgnorechangesList(),
    replaceOnChanges: request.getReplaceonchangesList(),
    aliases: aliases.filter(({ urn, spec }) => urn || (spec?.name && spec.name !== request.getName())),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => (Array.isArray(value) ? value.length : value)));
}

function withoutId(provider) {
  return provider.split("::").slice(0, -1).join("::");
}

function plain(message) {
  return message ? readable(message.toJavaScript()) : {};
}

/** The value without Pulumi's signatures. */
function readable(value) {
  if (Array.isArray(value)) {
    return value.map(readable);
  }
  if (value === null || typeof value !== "object") {
    return value;
  }
  switch (value[runtime.specialSigKey]) {
    case runtime.specialSecretSig:
      return { $secret: readable(value.value) };
    case runtime.specialResourceSig:
      return { $resource: value.urn };
  }
  if (typeof value.urn === "string" && "id" in value) {
    return { $resource: value.urn };
  }
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, readable(inner)]));
}

require.extensions[".ts"] = (module, file) => {
  const compilerOptions = { module: "commonjs", target: "es2022", esModuleInterop: true };
  const { outputText } = typescript.transpileModule(fs.readFileSync(file, "utf8"), { compilerOptions, fileName: file });
  module._compile(outputText, file);
};

/** What a program registers, or the error it ends with. */
async function result(program) {
  const rejected = [];
  const reject = (reason) => rejected.push(reason);
  process.on("unhandledRejection", reject);
  try {
    await runtime.setMocks(cloud, "proj", "dev", false);
    const graph = record(runtime.getMonitor());
    await runtime.runInPulumiStack(async () => require(program));
    await runtime.waitForRPCs();
    await new Promise(setImmediate); // a rejection is reported a turn later
    if (rejected.length) {
      throw rejected[0];
    }
    return graph();
  } catch (error) {
    return { error: error?.stack ?? `${error}` };
  } finally {
    process.off("unhandledRejection", reject);
  }
}

async function main(programs) {
  console.log = console.info = console.error;
  const results = {};
  for (const program of programs) {
    results[program] = await result(path.resolve(program));
  }
  process.stdout.write(JSON.stringify(results));
}

main(process.argv.slice(2));

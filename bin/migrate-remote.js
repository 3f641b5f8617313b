#!/usr/bin/env node
// CommonJS: Node starts it in half the time that it takes to set up the loader of ES modules.
"use strict";
const { readFileSync } = require("node:fs");
const { join, sep } = require("node:path");

// The SDK's warning about Node 20 is for us, not for whoever runs a migration.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const { version } = JSON.parse(readFileSync(join(__dirname, "../package.json"), "utf8"));
const { keepCompiled, run, processHost } = require("../dist/main.cjs");

const dist = join(__dirname, "../dist") + sep;
keepCompiled({ env: process.env, dist, version });

// Who reads us may leave (`| head`): that changes nothing of what a run does, nor how it ended. A full disk is told.
let unwritten = 0;
function notWritten(error) {
  if (error.code === "EPIPE" || unwritten !== 0) return;
  unwritten = 1;
  process.stderr.write(`migrate-remote: the result could not be written: ${error.message}\n`);
}
process.stdout.on("error", notWritten);
process.stderr.on("error", () => {});

run(process.argv.slice(2), processHost(dist, version)).then((exitCode) => {
  // Sockets are kept alive for the next request; there is none. What was written to a pipe still has to leave.
  process.stdout.write("", (error) => {
    if (error) notWritten(error);
    process.stderr.write("", () => process.exit(exitCode || unwritten));
  });
});

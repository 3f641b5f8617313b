#!/usr/bin/env node
// CommonJS: Node starts it in half the time that it takes to set up the loader of ES modules.
"use strict";
const { readFileSync } = require("node:fs");
const { join, sep } = require("node:path");

// The SDK's warning about Node 20 is for us, not for whoever runs a migration.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const { version } = JSON.parse(readFileSync(join(__dirname, "../package.json"), "utf8"));
const { keepCompiled, processHost, processStreams, run } = require("../dist/main.cjs");

const dist = join(__dirname, "../dist") + sep;
keepCompiled({ env: process.env, dist, version }, require.extensions);

const streams = processStreams();
run(process.argv.slice(2), processHost(dist, version, streams)).then((exitCode) => {
  // Sockets are kept alive for the next request; there is none. What was written to a pipe still has to leave.
  streams.ended((unwritten) => process.exit(exitCode || unwritten));
});

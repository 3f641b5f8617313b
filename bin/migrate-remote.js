#!/usr/bin/env node
import { readFileSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";

module.enableCompileCache?.();
// The SDK's warning about Node 20 is for us, not for whoever runs a migration.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const { run, processHost } = await import("../dist/main.js");

// Who reads us may leave (`| head`): that changes nothing of what a run does, nor how it ended. A full disk is told.
let unwritten = 0;
function notWritten(error) {
  if (error.code === "EPIPE" || unwritten !== 0) return;
  unwritten = 1;
  process.stderr.write(`migrate-remote: the result could not be written: ${error.message}\n`);
}
process.stdout.on("error", notWritten);
process.stderr.on("error", () => {});

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const exitCode = await run(process.argv.slice(2), processHost(dist, version));
// Sockets are kept alive for the next request; there is none. What was written to a pipe still has to leave.
process.stdout.write("", (error) => {
  if (error) notWritten(error);
  process.stderr.write("", () => process.exit(exitCode || unwritten));
});

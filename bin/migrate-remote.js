#!/usr/bin/env node
import { readFileSync } from "node:fs";
import module from "node:module";
import { fileURLToPath } from "node:url";

module.enableCompileCache?.();
// The SDK's warning about Node 20 is for us, not for whoever runs a migration.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";

const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const { run, processHost } = await import("../dist/main.js");

// `migrate-remote logs | head` closes the pipe: that is a normal end.
process.stdout.on("error", (error) => process.exit(error.code === "EPIPE" ? 0 : 1));

const exitCode = await run(
  process.argv.slice(2),
  processHost(fileURLToPath(new URL("../dist/", import.meta.url)), version),
);
process.exitCode = exitCode;
// Sockets are kept alive for the next request; there is none. What was written to a pipe still has to leave.
process.stdout.write("", () => process.stderr.write("", () => process.exit(exitCode)));

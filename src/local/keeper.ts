// The process that owns a data directory's PostgreSQL, endpoint and handlers while commands need them.
import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { killOrphans } from "./children.js";
import { messageOf } from "./errors.js";
import { listenOnLoopback } from "./http.js";
import { createControl } from "./keeper/control.js";
import { createHousehold, type Household } from "./keeper/household.js";
import { createUsage } from "./keeper/usage.js";
import { beat, claim, heartbeatMs } from "./ownership.js";
import { identify, thisHost } from "./process-identity.js";

/** A command that starts a keeper and is killed before it joins must not leave it for good. */
const patienceForFirstMs = 10_000;

const [dataDirectory] = process.argv.slice(2);
const self = identify(process.pid);
if (dataDirectory === undefined || self === undefined) throw new Error("usage: keeper <data directory>");

const log = (line: string): void => {
  process.stderr.write(`${new Date().toISOString()} [${process.pid}] ${line}\n`);
};
const token = randomBytes(32).toString("hex");
let household: Household | undefined;

async function stop(): Promise<void> {
  log("stopping");
  try {
    control.server.close();
    await household?.stop();
    log("stopped");
  } catch (error) {
    log(`stopping failed: ${messageOf(error)}`);
  }
  process.exit(0);
}

const usage = createUsage(() => void stop());
const first = usage.hold();
const waiting = setTimeout(() => first?.(), patienceForFirstMs);
let announce: (household: Household) => void = () => {};
const ready = new Promise<Household>((resolve) => {
  announce = resolve;
});
const control = createControl({
  token,
  usage,
  log,
  household: ready,
  onJoin: () => {
    clearTimeout(waiting);
    first?.();
  },
});

process.umask(0o077);
const port = await listenOnLoopback(control.server);
const generation = claim(dataDirectory, { ...self, port, token, host: thisHost() });
// Another command's keeper was quicker; ours joins that one.
if (generation === undefined) process.exit(0);
log(`keeper ${generation} begins`);

process.on("exit", () => household?.stopNow());
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, () => usage.end());
for (const name of ["uncaughtException", "unhandledRejection"] as const) {
  process.on(name, (error: unknown) => {
    log(`${name}: ${messageOf(error)}\n${error instanceof Error ? error.stack : ""}`);
    process.exit(1);
  });
}
setInterval(() => {
  if (!beat(dataDirectory, generation, token)) usage.end();
}, heartbeatMs).unref();

const orphans = await killOrphans(dataDirectory);
if (orphans > 0) log(`ended ${orphans} processes of a keeper that was killed`);
household = await createHousehold({
  dataDirectory,
  dist: dirname(fileURLToPath(import.meta.url)),
  usage,
  log,
});
announce(household);

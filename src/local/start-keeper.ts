import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { withoutPasswords } from "./errors.js";

/** A keeper process that was started here; another command's may win the directory all the same. */
export interface StartedKeeper {
  /** undefined while it runs; 0 when it ended because another keeper was quicker. */
  exitCode(): number | undefined;
  lastLines(): string;
}

/** In a session of its own: what a terminal sends to the command (Ctrl-C, hang-up) must not reach it. */
export function startKeeper(dataDirectory: string, dist: string): StartedKeeper {
  const logFile = join(dataDirectory, "keeper.log");
  if ((statSync(logFile, { throwIfNoEntry: false })?.size ?? 0) > 1_000_000)
    renameSync(logFile, `${logFile}.1`);
  const descriptor = openSync(logFile, "a", 0o600);
  const begin = statSync(logFile).size;
  const child = spawn(process.execPath, [join(dist, "keeper.js"), dataDirectory], {
    cwd: "/",
    detached: true,
    stdio: ["ignore", descriptor, descriptor],
    // Options meant for the command (an inspector, say) are not for the keeper.
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  closeSync(descriptor);
  child.unref();
  let failed = false;
  child.on("error", () => {
    failed = true;
  });
  return {
    exitCode: () => (failed || child.signalCode !== null ? 1 : (child.exitCode ?? undefined)),
    lastLines: () =>
      withoutPasswords(
        readFileSync(logFile).subarray(begin).toString().trim().split("\n").slice(-20).join("\n"),
      ),
  };
}

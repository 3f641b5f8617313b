import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { PostgresHome } from "./home.js";

/** Starts initdb or postgres in a session of its own: a Ctrl-C in somebody's terminal must not reach it. */
export function startProgram(
  home: PostgresHome,
  program: "initdb" | "postgres",
  args: string[],
  output: "pipe" | number,
): ChildProcess {
  const path = process.platform === "darwin" ? "DYLD_LIBRARY_PATH" : "LD_LIBRARY_PATH";
  return spawn(join(home.native, "bin", program), args, {
    // Nothing from the caller's environment: PGDATA, PGPORT, LC_ALL and their like would change what it does.
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC", [path]: home.libraryPath },
    cwd: home.folder,
    stdio: ["ignore", output, output],
    detached: true,
    ...home.account,
  });
}

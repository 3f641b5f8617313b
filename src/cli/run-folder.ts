import { homedir } from "node:os";
import { join } from "node:path";
import type { Host } from "./host.js";

/** Where this machine's notes of runs are: the XDG state folder, because they are worth keeping and belong to nobody else. */
export function runFolder(env: Host["env"]): string {
  const state = env.XDG_STATE_HOME || join(env.HOME || homedir(), ".local", "state");
  return join(state, "migrate-remote", "runs");
}

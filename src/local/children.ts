import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readIfExists, writePrivateFile } from "./files.js";
import {
  identify,
  isAlive,
  membersOfGroup,
  processIdentitySchema,
  signal,
  waitUntilGone,
} from "./process-identity.js";

/** Written down before anything else is done with a child, so that the next keeper finds it should this one be killed. */
export function recordChild(directory: string, pid: number): () => void {
  const folder = join(directory, "children");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${pid}.json`);
  const identity = identify(pid);
  if (identity) writePrivateFile(file, JSON.stringify(identity));
  return () => rmSync(file, { force: true });
}

/** Variable in the environment of every handler process: proves that a process found later is one of ours. */
export const markOfChildren = "MIGRATE_REMOTE_LOCAL";

/** Ends the handler processes (and what they started) of a keeper that was killed. They may be frozen. */
export async function killOrphans(directory: string): Promise<number> {
  const folder = join(directory, "children");
  let killed = 0;
  for (const name of namesIn(folder)) {
    const file = join(folder, name);
    const identity = parse(readIfExists(file));
    if (identity && isAlive(identity)) {
      signal(-identity.pid, "SIGKILL");
      await waitUntilGone(identity, 2000);
      killed += 1;
    } else if (identity) {
      // Its leader has ended. The group number may belong to strangers by now, so each member must show our mark.
      for (const pid of membersOfGroup(identity.pid).filter((member) => isOurs(member, directory))) {
        signal(pid, "SIGKILL");
        killed += 1;
      }
    }
    rmSync(file, { force: true });
  }
  return killed;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function parse(text: string | undefined) {
  try {
    return processIdentitySchema.safeParse(JSON.parse(text ?? "null")).data;
  } catch {
    return undefined;
  }
}

function isOurs(pid: number, directory: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8")
      .split("\0")
      .includes(`${markOfChildren}=${directory}`);
  } catch {
    return false;
  }
}

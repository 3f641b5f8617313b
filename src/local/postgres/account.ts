import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { readIfExists } from "../files.js";

export interface Account {
  uid: number;
  gid: number;
}

/**
 * PostgreSQL refuses to run as root: then it runs as the owner of the cluster, or for a new one as an account that exists
 * already. Otherwise undefined: as ourselves.
 */
export function postgresAccount(cluster: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(cluster, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const lines = (readIfExists("/etc/passwd") ?? "").split("\n").map((line) => line.split(":"));
  for (const name of ["postgres", "nobody"]) {
    const [, , uid, gid] = lines.find((fields) => fields[0] === name) ?? [];
    // macOS writes nobody's -2 with its sign.
    if (Number(uid) && gid) return { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
  }
  return { uid: 65534, gid: 65534 };
}

function permits(path: string, account: Account, bit: 1 | 4): boolean {
  const { uid, gid, mode } = statSync(path);
  if (uid === account.uid) return (mode & (bit << 6)) !== 0;
  if (gid === account.gid) return (mode & (bit << 3)) !== 0;
  return (mode & bit) !== 0;
}

/** Whether the account can pass through every folder down to this one (which must exist). */
export function canReach(path: string, account: Account): boolean {
  try {
    for (let folder = realpathSync(path); ; folder = dirname(folder)) {
      if (!permits(folder, account, 1)) return false;
      if (folder === dirname(folder)) return true;
    }
  } catch {
    return false;
  }
}

/** Whether it can read everything below, too. Modes come from one unpacking, so the first entries speak for the rest. */
export function canUse(native: string, account: Account): boolean {
  if (!canReach(native, account)) return false;
  return ["bin", "lib", "lib/postgresql", "share", "share/postgresql"].every((name) => {
    const folder = join(native, name);
    if (!existsSync(folder)) return true;
    const entries = readdirSync(folder).slice(0, 5);
    return permits(folder, account, 1) && entries.every((entry) => permits(join(folder, entry), account, 4));
  });
}

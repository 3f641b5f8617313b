import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { join } from "node:path";
import { LocalError } from "../errors.js";
import { type Account, canReach, canUse, postgresAccount } from "./account.js";
import type { Binaries } from "./binaries.js";
import { outsideFolder } from "./outside.js";

/** Where the cluster lives and from where its programs run, both reachable for the account that runs them. */
export interface PostgresHome {
  folder: string;
  cluster: string;
  account: Account | undefined;
  native: string;
  libraryPath: string;
}

export function prepareHome(dataDirectory: string, binaries: Binaries): PostgresHome {
  const inside = join(dataDirectory, "postgres");
  const account = postgresAccount(join(inside, "cluster"));
  if (account && !canReach(dataDirectory, account)) return homeOutside(dataDirectory, inside, binaries);
  mkdirSync(inside, { recursive: true });
  return furnish(inside, account, binaries);
}

function homeOutside(dataDirectory: string, inside: string, binaries: Binaries): PostgresHome {
  if (existsSync(join(inside, "cluster"))) {
    throw new LocalError(
      "postgres_unreachable",
      `The cluster in ${inside} cannot be reached by the account that PostgreSQL runs as (root cannot run it); nothing was changed.`,
      "Run as the user who made it, or let others pass through the folders above it (chmod o+x).",
    );
  }
  const outside = outsideFolder(dataDirectory);
  return furnish(outside, postgresAccount(join(outside, "cluster")), binaries);
}

function furnish(folder: string, account: Account | undefined, binaries: Binaries): PostgresHome {
  chmodSync(folder, account ? 0o711 : 0o700);
  const native = account && !canUse(binaries.folder, account) ? copyOf(binaries, folder) : binaries.folder;
  const links = join(folder, "lib");
  mkdirSync(links, { recursive: true });
  chmodSync(links, 0o755);
  for (const { name, target } of binaries.links) link(join(links, name), join(native, "lib", target));
  const cluster = join(folder, "cluster");
  return { folder, cluster, account, native, libraryPath: `${links}:${join(native, "lib")}` };
}

function link(path: string, target: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })) {
    if (readlinkSync(path) === target) return;
    rmSync(path);
  }
  symlinkSync(target, path);
}

function copyOf(binaries: Binaries, folder: string): string {
  const copy = join(folder, `native-${binaries.version}`);
  if (existsSync(copy)) return copy;
  const draft = mkdtempSync(join(folder, "copying-"));
  // Archives are for linking programs, and a quarter of the size.
  cpSync(binaries.folder, draft, { recursive: true, filter: (path) => !path.endsWith(".a") });
  openToAll(draft);
  renameSync(draft, copy);
  return copy;
}

function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, (statSync(path).mode & 0o100) !== 0 ? 0o755 : 0o644);
  }
}

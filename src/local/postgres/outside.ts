import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, sep } from "node:path";
import { LocalError } from "../errors.js";
import { readIfExists } from "../files.js";

const prefix = "migrate-remote-";
const pointer = "data-directory";

/**
 * A home for the cluster that any account can pass through, for a data directory that is not such. Its name can be guessed,
 * so one that somebody else made is not used.
 */
export function outsideFolder(dataDirectory: string): string {
  const folder = outsideFolderOf(dataDirectory);
  removeForsaken(dirname(folder));
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  if (!isOurs(folder)) {
    throw new LocalError(
      "postgres_folder_taken",
      `${folder}, where the cluster would be kept, belongs to somebody else; nothing was changed.`,
      "Remove it, or move the project to a folder that other accounts can pass through.",
    );
  }
  writeFileSync(join(folder, pointer), `${dataDirectory}\n`, { mode: 0o600 });
  return folder;
}

/** Where that home is or would be. */
export function outsideFolderOf(dataDirectory: string): string {
  const parent = existsSync("/var/tmp") ? "/var/tmp" : tmpdir();
  const hash = createHash("sha256").update(dataDirectory).digest("hex").slice(0, 16);
  return join(parent, `${prefix}${hash}`);
}

function isOurs(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}

/**
 * What belonged to a temporary project that is gone, as tests make them. Only those: any other folder that is not there now
 * may be on a disk that will be mounted again.
 */
function removeForsaken(parent: string): void {
  for (const name of readdirSync(parent).filter((entry) => entry.startsWith(prefix))) {
    const folder = join(parent, name);
    const owner = isOurs(folder) ? readIfExists(join(folder, pointer))?.trim() : undefined;
    if (owner?.startsWith(tmpdir() + sep) && !existsSync(owner))
      rmSync(folder, { recursive: true, force: true });
  }
}

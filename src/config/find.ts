import { stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

export const configFileName = ".migraterc.json";

/** Where the configuration is, or everywhere it was looked for. */
type Found = { found: true; path: string } | { found: false; lookedFor: string[] };

/** Looks in `cwd` and upward to the root of the file system: a repository may stand anywhere, also above the home directory. */
export async function findConfig(cwd: string): Promise<Found> {
  const lookedFor: string[] = [];
  for (let directory = resolve(cwd); ; directory = dirname(directory)) {
    const path = join(directory, configFileName);
    if (await exists(path)) return { found: true, path };
    lookedFor.push(path);
    if (directory === dirname(directory)) return { found: false, lookedFor };
  }
}

/** The same for a file that is named: nowhere else is looked. */
export async function findNamed(path: string): Promise<Found> {
  return (await exists(path)) ? { found: true, path } : { found: false, lookedFor: [path] };
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    // Present but out of reach is found: reading it then says why, instead of a file further up being taken.
    (error: NodeJS.ErrnoException) => error.code !== "ENOENT" && error.code !== "ENOTDIR",
  );
}

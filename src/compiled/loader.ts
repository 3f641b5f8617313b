import { readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Script } from "node:vm";
import { readEntry, writeEntry } from "./entry.js";

type Load = (module: NodeJS.Module, filename: string) => void;

/** What Node puts around a file, too. */
const before = "(function (exports, require, module, __filename, __dirname) { ";
const after = "\n})";

/**
 * Loads files with what was compiled of them the last time, functions that were called among it. What is not in the folder is written there when
 * the process ends: the first command pays for it. Whatever goes wrong with that, a file is loaded as it is.
 */
export function keptLoader(folder: string): Load {
  const fresh: Fresh[] = [];
  return (module, filename) => {
    const source = readFileSync(filename, "utf8");
    const path = join(folder, entryName(filename));
    const script = compiled(source, filename, readEntry(path));
    if (script.cachedDataRejected !== false) {
      if (fresh.length === 0) keepAtEnd(fresh);
      fresh.push({ path, script });
    }
    const run = script.runInThisContext();
    const require = (id: string) => module.require(id);
    run.call(module.exports, module.exports, require, module, filename, dirname(filename));
  };
}

interface Fresh {
  path: string;
  script: Script;
}

/** Who edits a file by hand gets what it says. */
function entryName(filename: string): string {
  const { size, mtimeMs } = statSync(filename);
  return `${basename(filename)}-${size}-${Math.trunc(mtimeMs)}`;
}

/** A line and a column are the file's own. */
function compiled(source: string, filename: string, cachedData: Buffer | undefined): Script {
  const { Script } = process.getBuiltinModule("node:vm");
  const settings = { filename, columnOffset: -before.length };
  return new Script(
    `${before}${source}${after}`,
    cachedData === undefined ? settings : { ...settings, cachedData },
  );
}

function keepAtEnd(fresh: readonly Fresh[]): void {
  const { cachedDataVersionTag } = process.getBuiltinModule("node:v8");
  const atStart = cachedDataVersionTag();
  process.once("exit", () => {
    // Flags of V8 that were set meanwhile: the next process starts without them, and could not use it.
    if (cachedDataVersionTag() !== atStart) return;
    try {
      for (const { path, script } of fresh) writeEntry(path, () => script.createCachedData());
    } catch {
      // The next one tries again.
    }
  });
}

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
 *
 * What such a file requires of its neighbours is loaded here too: Node would look for packages in every folder above before it takes a path for what it is.
 */
export function keptLoader(folder: string): Load {
  const fresh: Fresh[] = [];
  const loaded = new Map<string, Loaded>();

  function load(module: Loaded, filename: string, foreign: Require): void {
    const source = readFileSync(filename, "utf8");
    const path = `${folder}/${entryName(filename)}`;
    const script = compiled(source, filename, readEntry(path));
    if (script.cachedDataRejected !== false) {
      if (fresh.length === 0) keepAtEnd(fresh);
      fresh.push({ path, script });
    }
    const run = script.runInThisContext();
    const here = dirname(filename);
    const require = (id: string) => (id.startsWith(".") ? neighbour(pathOf(id, here), foreign) : foreign(id));
    loaded.set(filename, module);
    try {
      run.call(module.exports, module.exports, require, module, filename, here);
    } catch (error) {
      loaded.delete(filename);
      throw error;
    }
  }

  function neighbour(filename: string, foreign: Require): unknown {
    const known = loaded.get(filename);
    if (known !== undefined) return known.exports;
    const module: Loaded = { exports: {} };
    load(module, filename, foreign);
    return module.exports;
  }

  return (module, filename) => load(module, filename, (id) => module.require(id));
}

/** A file has one path however it is named, or it would be loaded twice. Joining walks through a path character by character, and nearly all lie here or one folder up. */
function pathOf(id: string, here: string): string {
  const isNear = id.lastIndexOf("/") === id.indexOf("/");
  if (!isNear) return join(here, id);
  return id.startsWith("..") ? dirname(here) + id.slice(2) : here + id.slice(1);
}

type Require = (id: string) => unknown;

interface Loaded {
  exports: unknown;
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

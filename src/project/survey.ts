import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

/** The files of a repository that say what it is made of. Names only; nothing was executed or followed. */
export interface Survey {
  /** Absolute. */
  root: string;
  /** Relative to the root, with `/` between, those nearest to the root first. */
  files: string[];
  /** False when there were more files than are looked at. */
  complete: boolean;
}

const deepest = 7;
const mostFiles = 20_000;
const mostFolders = 4_000;
// What people write by hand is smaller.
const mostBytes = 256 * 1024;

// What tools make or install, and what is there to be tried out: neither is what the repository deploys.
const passedOver =
  /^(node_modules|bower_components|vendor|site-packages|__pycache__|venv|dist|build|out|target|coverage|cdk\.out|tests?|__tests__|__fixtures__|fixtures|testdata|examples?)$/;

/** Looks at the names below a folder, nearest first. Links are not followed, so nothing can go in circles. */
export async function surveyFolder(root: string): Promise<Survey> {
  const files: string[] = [];
  let level = [""];
  let folders = 0;
  for (let depth = 0; depth <= deepest && level.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of level) {
      if (files.length >= mostFiles || folders >= mostFolders) return { root, files, complete: false };
      folders += 1;
      const entries = await entriesOf(join(root, folder));
      if (folder !== "" && isInstalled(entries.map(({ name }) => name))) continue;
      for (const entry of entries) {
        const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
        if (entry.isFile()) files.push(path);
        else if (entry.isDirectory() && isLookedInto(entry.name)) next.push(path);
      }
    }
    level = next;
  }
  return { root, files: files.slice(0, mostFiles), complete: level.length === 0 };
}

/**
 * A virtual environment, or what `pip install --target` filled to be packed, whatever they are called. Where the list of what is to be
 * installed stands beside, people write there too.
 */
function isInstalled(names: string[]): boolean {
  const isWritten = names.some((name) => /^(requirements.*\.txt|pyproject\.toml)$/.test(name));
  return names.includes("pyvenv.cfg") || (!isWritten && names.some((name) => name.endsWith(".dist-info")));
}

/** `.github` and `.config` hold configuration that people write; other hidden folders are some tool's own. */
function isLookedInto(name: string): boolean {
  return name.startsWith(".") ? /^\.(github|config)$/.test(name) : !passedOver.test(name);
}

/** A folder that may not be read holds nothing that counts. */
async function entriesOf(folder: string) {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return [];
  }
}

/** The text of one of its files; undefined where it cannot be read, is too large, or is no text. */
export async function readText({ root }: Pick<Survey, "root">, file: string): Promise<string | undefined> {
  try {
    const path = join(root, file);
    const { size } = await stat(path);
    if (size > mostBytes) return undefined;
    const text = await readFile(path, "utf8");
    return text.includes("\0") ? undefined : text.replace(/^\ufeff/, "");
  } catch {
    return undefined;
  }
}

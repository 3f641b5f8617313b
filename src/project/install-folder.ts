import { readFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { exists } from "./exists.js";
import { matcher } from "./package/glob.js";

/**
 * The folder, absolute, whose `node_modules` an `npm install` typed in this one fills: that of the nearest package, and where this is one of the
 * workspaces of a package above, that one's. Nothing outside of the repository.
 */
export async function installFolder(folder: string): Promise<string> {
  const above = await upToTop(folder);
  const own = (await firstWith(above, ["package.json", "node_modules"])) ?? folder;
  for (const root of above.slice(above.indexOf(own) + 1)) {
    const patterns = await workspacesOf(root);
    const anchored = patterns.map((pattern) => `/${pattern.replace(/^\.?\//, "")}`);
    if (matcher(anchored)(relative(root, own).split(sep).join("/"))) return root;
  }
  return own;
}

/** The folder and those above it, to where the repository starts. */
async function upToTop(folder: string): Promise<string[]> {
  const folders = [folder];
  for (let here = folder; here !== dirname(here) && !(await exists(join(here, ".git"))); ) {
    here = dirname(here);
    folders.push(here);
  }
  return folders;
}

async function firstWith(folders: string[], names: string[]): Promise<string | undefined> {
  for (const folder of folders) {
    for (const name of names) if (await exists(join(folder, name))) return folder;
  }
  return undefined;
}

/** A `package.json` that is broken, or has none, names none. */
async function workspacesOf(folder: string): Promise<string[]> {
  try {
    const { workspaces } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const patterns: unknown = Array.isArray(workspaces) ? workspaces : workspaces?.packages;
    return Array.isArray(patterns) ? patterns.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

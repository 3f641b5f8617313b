import { access, readFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { matcher } from "./package/glob.js";

/** Where a package is, absolute, as Node looks for it: in the folder, or in one above. Undefined where none has it. */
export async function installedAt(folder: string, name: string): Promise<string | undefined> {
  for (const above of upward(folder)) {
    const place = join(above, "node_modules", name);
    if (await isThere(join(place, "package.json"))) return place;
  }
  return undefined;
}

/** Where a package is, or will be once it is installed; relative to the folder, with `/` between. */
export async function modulePath(folder: string, name: string): Promise<string> {
  const place = (await installedAt(folder, name)) ?? join(await installFolder(folder), "node_modules", name);
  return relative(folder, place).split(sep).join("/");
}

/** The folder whose `node_modules` an `npm install` typed here fills: that of the workspaces' root, where this is one of them. */
async function installFolder(folder: string): Promise<string> {
  const own = (await firstWith(folder, ["package.json", "node_modules"])) ?? folder;
  for (const above of upward(dirname(own))) {
    const patterns = await workspacesOf(above);
    const anchored = patterns.map((pattern) => `/${pattern.replace(/^\.?\//, "")}`);
    if (matcher(anchored)(relative(above, own).split(sep).join("/"))) return above;
  }
  return own;
}

async function firstWith(folder: string, names: string[]): Promise<string | undefined> {
  for (const above of upward(folder)) {
    for (const name of names) if (await isThere(join(above, name))) return above;
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

function* upward(folder: string): Generator<string> {
  for (let here = folder; ; here = dirname(here)) {
    yield here;
    if (here === dirname(here)) return;
  }
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

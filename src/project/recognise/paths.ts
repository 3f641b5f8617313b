import { posix } from "node:path";

/** The folder of a survey's file; empty for the root. */
export function folderOf(file: string): string {
  const folder = posix.dirname(file);
  return folder === "." ? "" : folder;
}

/**
 * A path as written in a file of `folder`, relative to the survey's root; undefined where it leads out of it, as a path that starts
 * elsewhere does.
 */
export function within(folder: string, written: string): string | undefined {
  if (posix.isAbsolute(written) || /^[A-Za-z]:/.test(written)) return undefined;
  const path = posix.normalize(posix.join(folder, written.replaceAll("\\", "/"))).replace(/\/$/, "");
  if (path === "..") return undefined;
  return path.startsWith("../") ? undefined : path === "." ? "" : path;
}

export function isBelow(path: string, folder: string): boolean {
  return folder === "" || path === folder || path.startsWith(`${folder}/`);
}

/** The nearest folder at or above `folder` that has one of these files. */
export function nearestWith(files: ReadonlySet<string>, folder: string, names: string[]): string | undefined {
  for (let here = folder; ; here = folderOf(here)) {
    if (names.some((name) => files.has(here === "" ? name : `${here}/${name}`))) return here;
    if (here === "") return undefined;
  }
}

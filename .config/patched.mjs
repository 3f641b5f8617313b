import { readFile } from "node:fs/promises";

/** Replaces text of a dependency; an error where it does not stand there any more. */
export async function patched(path, replacements) {
  let contents = await readFile(path, "utf8");
  for (const [from, to] of replacements) {
    if (!contents.includes(from)) throw new Error(`${path} does not say ${from} any more`);
    contents = contents.replaceAll(from, () => to);
  }
  return { contents, loader: "js" };
}

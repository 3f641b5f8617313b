import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { filesBelow } from "./files-below.js";

const folder = fileURLToPath(new URL("../fixtures/lambdas/", import.meta.url));

/** The files of a test Lambda, as `makeProject` takes them: below `lambda/`. */
export function lambdaFiles(name: string): Record<string, string> {
  const files = Object.entries(filesBelow(join(folder, name)));
  return Object.fromEntries(files.map(([path, text]) => [`lambda/${path}`, text]));
}

/** A migration added at the end of a file's text, as somebody would before deploying it. */
export function replaced(files: Record<string, string>, path: string, from: string, to: string) {
  const text = files[path];
  if (text === undefined || !text.includes(from)) throw new Error(`${path} has no ${from}`);
  return { [path]: text.replace(from, to) };
}

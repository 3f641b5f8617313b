import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("../fixtures/lambdas/", import.meta.url));

/** The files of a test Lambda, as `makeProject` takes them: below `lambda/`. */
export function lambdaFiles(name: string): Record<string, string> {
  const paths = readdirSync(join(folder, name), { recursive: true, encoding: "utf8" })
    .filter((path) => !path.includes("__pycache__"))
    .filter((path) => statSync(join(folder, name, path)).isFile());
  return Object.fromEntries(
    paths.map((path) => [`lambda/${path}`, readFileSync(join(folder, name, path), "utf8")]),
  );
}

/** A migration added at the end of a file's text, as somebody would before deploying it. */
export function replaced(files: Record<string, string>, path: string, from: string, to: string) {
  const text = files[path];
  if (text === undefined || !text.includes(from)) throw new Error(`${path} has no ${from}`);
  return { [path]: text.replace(from, to) };
}

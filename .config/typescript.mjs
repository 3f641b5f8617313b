// For scripts of this repository: node --import ./.config/typescript.mjs test/faults/run.ts
import { readFile } from "node:fs/promises";
import { register } from "node:module";
import { transform } from "esbuild";

/** Sources are imported by the name that they have once they are built. */
export async function resolve(specifier, context, next) {
  const source = specifier.startsWith(".") ? specifier.replace(/\.js$/, ".ts") : specifier;
  return next(source, context).catch((error) => {
    if (source === specifier) throw error;
    return next(specifier, context);
  });
}

export async function load(url, context, next) {
  if (!url.endsWith(".ts")) return next(url, context);
  const { code } = await transform(await readFile(new URL(url), "utf8"), {
    loader: "ts",
    format: "esm",
    target: "node20",
    sourcemap: "inline",
    sourcefile: url,
  });
  return { format: "module", source: code, shortCircuit: true };
}

// On the thread of the hooks this module is their own.
if (!new URL(import.meta.url).searchParams.has("hooks")) register(`${import.meta.url}?hooks`);

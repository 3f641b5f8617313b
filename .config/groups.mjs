// Lays together what is always loaded together: sixty small files take 15 ms to find and read, two large ones do not.
import { dirname, relative, resolve } from "node:path";
import { build } from "esbuild";

/**
 * What a chunk stands in after that, by the paths of both; `name` is what it is exported as there.
 * @typedef {Map<string, { file: string, name: string }>} Placed
 */

/**
 * Puts the chunks that `entries` (sources, by the ends of their paths) import, whatever imports them, into one file each. Of several groups the first that
 * wants a chunk has it. What is imported when it is needed stays where it is.
 *
 * @param {import("esbuild").BuildResult} built by esbuild with `splitting`, `metafile` and without `write`
 * @param {{ file: string, entries: string[] }[]} groups
 */
export async function grouped({ outputFiles, metafile }, groups) {
  const texts = new Map(outputFiles.map(({ path, text }) => [path, text]));
  const imports = new Map(
    Object.entries(metafile.outputs).map(([path, output]) => [
      resolve(path),
      output.imports.filter(({ kind }) => kind === "import-statement").map((one) => resolve(one.path)),
    ]),
  );
  /** @type {Placed} */
  const placed = new Map();
  const files = [];
  for (const { file, entries } of groups) {
    const found = entries.map((entry) => chunkOf(entry, metafile));
    const members = reached(found, imports).filter((path) => texts.has(path) && !placed.has(path));
    for (const [index, path] of members.entries())
      placed.set(path, { file: resolve(file), name: `$${index}` });
    files.push({ path: resolve(file), text: await together(resolve(file), members, texts) });
  }
  const others = [...texts].filter(([path]) => !placed.has(path)).map(([path, text]) => ({ path, text }));
  return { outputs: [...files, ...others], placed };
}

function chunkOf(entry, { outputs }) {
  const found = Object.entries(outputs).find(([, { entryPoint }]) => entryPoint?.endsWith(entry));
  if (found === undefined) throw new Error(`no chunk begins with ${entry}`);
  return resolve(found[0]);
}

/** In the order in which they would be evaluated. */
function reached(from, imports, seen = new Set()) {
  for (const path of from) {
    if (seen.has(path)) continue;
    reached(imports.get(path) ?? [], imports, seen);
    seen.add(path);
  }
  return [...seen];
}

async function together(file, members, texts) {
  const own = members.includes(file) ? [`export * from ${JSON.stringify(file)};`] : [];
  const all = members.map((path, index) => `export * as $${index} from ${JSON.stringify(path)};`);
  const { outputFiles } = await build({
    stdin: { contents: [...all, ...own].join("\n"), resolveDir: dirname(file) },
    bundle: true,
    write: false,
    platform: "node",
    format: "esm",
    target: "node20",
    minifySyntax: true,
    minifyWhitespace: true,
    plugins: [
      {
        name: "chunks",
        setup({ onResolve, onLoad }) {
          onResolve({ filter: /.*/ }, ({ path, kind, importer, resolveDir }) => {
            if (!/^[./]/.test(path)) return { path, external: true };
            const target = resolve(importer.startsWith("/") ? dirname(importer) : resolveDir, path);
            if (members.includes(target) && kind === "import-statement")
              return { path: target, namespace: "chunks" };
            return { path: `./${relative(dirname(file), target)}`, external: true };
          });
          onLoad({ filter: /.*/, namespace: "chunks" }, ({ path }) => ({
            contents: texts.get(path),
            loader: "js",
          }));
        },
      },
    ],
  });
  return outputFiles[0].text;
}

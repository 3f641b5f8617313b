// Bundles the CLI and the far side, and lays beside them what is no JavaScript.
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, relative, resolve } from "node:path";
import { build, transform } from "esbuild";
import { bundles, chunks, completionChunks } from "./bundles.mjs";
import { grouped } from "./groups.mjs";

/**
 * Gives chunks as CommonJS, which Node loads in half the time that it takes for ES modules and which esbuild cannot split: it splits ES modules, and
 * each is translated after that. Node's own modules too are slower to import than to require: all that is in them is looked at, and in node:http that is a WebSocket.
 */
async function asCommonJs({ outputs, placed }) {
  await Promise.all(
    outputs.map(async ({ path, text }) => {
      const { code } = await transform(text, {
        format: "cjs",
        platform: "node",
        target: "node20",
        supported: { "dynamic-import": false },
        minifySyntax: true,
        minifyWhitespace: true,
        legalComments: "none",
      });
      // What is left is in patterns. A file with one character beyond Latin-1 is kept, and read, as two bytes each.
      const plain = code.replace(
        /[^\0-\x7f]/g,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
      );
      const required = plain.replace(/\brequire\("(\.[^"]+\.js)"\)/g, (_, relativePath) =>
        requireFrom(path, resolve(dirname(path), relativePath), placed),
      );
      await mkdir(dirname(path), { recursive: true });
      await writeFile(asCjs(path), required);
    }),
  );
}

function requireFrom(path, target, placed) {
  const there = placed.get(target);
  const file = there?.file ?? target;
  const member = there === undefined ? "" : `.${there.name}`;
  // What is imported when it is needed may stand in the same file.
  return file === path
    ? `module.exports${member}`
    : `require("${relativeTo(dirname(path), asCjs(file))}")${member}`;
}

function relativeTo(folder, file) {
  const path = relative(folder, file);
  return path.startsWith(".") ? path : `./${path}`;
}

function asCjs(path) {
  return path.replace(/\.js$/, ".cjs");
}

/** What every command is carried out with, and what every one that asks AWS loads beside it. */
const commandGroups = [
  { file: "dist/run-command.js", entries: ["src/cli/run-command.ts"] },
  {
    file: "dist/chunks/remote.js",
    entries: [
      ...["open", "clients", "lambda", "credentials"].map((name) => `src/remote/${name}.ts`),
      // What looks for credentials; each kind of them is loaded where it is found.
      "node_modules/@aws-sdk/credential-provider-node/dist-es/index.js",
    ],
  },
  { file: "dist/chunks/status.js", entries: ["src/commands/status.ts"] },
  { file: "dist/chunks/run.js", entries: ["src/commands/run.ts"] },
];

/** What is there before it is known what is asked for. */
const completionGroups = [{ file: "dist/complete.js", entries: ["src/cli/complete/answer.ts"] }];

async function chunked(settings, groups) {
  await asCommonJs(await grouped(await build({ ...settings, write: false, metafile: true }), groups));
}

await rm("dist", { recursive: true, force: true });
await Promise.all([
  ...bundles.map((bundle) => build(bundle)),
  chunked(chunks, commandGroups),
  chunked(completionChunks, completionGroups),
]);
await copyFile("src/local/runtime/python_runtime.py", "dist/runtime.py");
await copyFile("src/handler/python/migrate_remote_handler.py", "dist/migrate_remote_handler.py");
await copyFile("src/project/alembic/alembic_tool.py", "dist/alembic_tool.py");
for (const shell of ["bash", "zsh", "fish"])
  await copyFile(`src/cli/complete/scripts/completion.${shell}`, `dist/completion.${shell}`);

// Writes the JSON Schemas that the package ships. A test compares them with what this would write.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";

const outfile = "node_modules/.cache/schemas.mjs";
await build({
  entryPoints: [".config/schemas.ts"],
  bundle: true,
  platform: "node",
  format: "esm",
  mainFields: ["module", "main"],
  outfile,
  logLevel: "warning",
});
const { schemaFiles } = await import(pathToFileURL(outfile).href);
for (const [path, text] of Object.entries(schemaFiles())) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
await rm(outfile);

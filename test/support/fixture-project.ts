import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { filesBelow } from "./files-below.js";
import { makeProject, type Project } from "./project.js";
import { dist } from "./run-cli.js";

const projects = fileURLToPath(new URL("../fixtures/projects/", import.meta.url));
const pythonHandler = fileURLToPath(
  new URL("../../src/handler/python/migrate_remote_handler.py", import.meta.url),
);

export interface FixtureParts {
  /** As in `local.handler`. */
  handler: string;
  /** Over the project's own, by path. */
  files?: Record<string, string>;
  environment?: Record<string, string>;
}

/** A copy of a project of `test/fixtures/projects`, furnished as its Lambda is: with our handler where that looks for it. */
export async function makeFixtureProject(name: string, parts: FixtureParts): Promise<Project> {
  const { handler, files, environment = {} } = parts;
  return makeProject({
    config: { stages: { local: { local: { handler, timeout: 60, environment } } } },
    files: { ...filesBelow(join(projects, name)), ...ourHandler, ...files },
  });
}

/** What `pip`, `npm install` and a copied file bring to a deployed function. */
const ourHandler = {
  "migrate_remote_handler.py": readFileSync(pythonHandler, "utf8"),
  "node_modules/migrate-remote/package.json": JSON.stringify({
    type: "module",
    exports: { "./handler": "./handler.js" },
  }),
  "node_modules/migrate-remote/handler.js": `export * from ${JSON.stringify(pathToFileURL(join(dist, "handler.js")).href)};`,
};

/** The text of one file of a project. */
export function fixtureFile(name: string, path: string): string {
  return readFileSync(join(projects, name, path), "utf8");
}

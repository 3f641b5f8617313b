import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { strFromU8, unzipSync } from "fflate";
import { expect, test } from "vitest";
import { deployProject, handlerFiles } from "../support/deploy-project.js";
import { makeProject } from "../support/project.js";
import { dist } from "../support/run-cli.js";

const handler = `import { createHandler, sql } from "migrate-remote/handler";
export const handler = createHandler({ engine: sql({ directory: "migrations" }) });
`;

test("what is packed runs where it is unpacked, with nothing else beside it", async () => {
  const manifest = join(dist, "../package.json");
  const repository = await deployProject("http://127.0.0.1:1", {
    package: {
      directory: "lambda/migrate",
      exclude: ["index.mjs"],
      include: {
        migrations: "migrations",
        "node_modules/migrate-remote/package.json": manifest,
        "node_modules/migrate-remote/dist/handler.js": join(dist, "handler.js"),
      },
    },
  });
  try {
    await repository.write({ "lambda/migrate/handler.mjs": handler });
    const end = await repository.cli(["deploy", "--out", "package.zip"]);
    expect(end.exitCode, end.stderr).toBe(0);
    const zip = unzipSync(await readFile(join(repository.cwd, "package.zip")));
    const files = Object.fromEntries(Object.entries(zip).map(([path, bytes]) => [path, strFromU8(bytes)]));
    expect(Object.keys(handlerFiles).filter((path) => path in files)).toHaveLength(2);
    const unpacked = await makeProject({ files });
    try {
      const run = await unpacked.cli(["run", "--require-head", "002_pets", "--json"]);
      expect(run.json(), run.stderr).toMatchObject({ outcome: "applied", exitCode: 0 });
    } finally {
      await unpacked.dispose();
    }
  } finally {
    await repository.dispose();
  }
});

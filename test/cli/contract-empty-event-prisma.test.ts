import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { filesBelow } from "../support/files-below.js";
import { lambdaFiles } from "../support/lambdas.js";
import { makeProject, type Project } from "../support/project.js";

const revisions = ["20250114093012_init", "20250121160455_event_types", "20250203111820_bookings"];
const ofTheProject = fileURLToPath(new URL("../fixtures/projects/prisma/prisma/migrations", import.meta.url));
/** The first of the project's migrations, deployed with the Lambda. */
const migrations = Object.fromEntries(
  Object.entries(filesBelow(ofTheProject))
    .filter(([path]) => path === "migration_lock.toml" || revisions.some((name) => path.startsWith(name)))
    .map(([path, text]) => [`lambda/prisma/migrations/${path}`, text]),
);

/** The Lambda of document 004, unchanged, with what `npm ci` brings it. */
let project: Project;
beforeAll(async () => {
  project = await makeProject({
    files: { ...lambdaFiles("prisma-004"), ...migrations },
    config: {
      contract: "empty-event",
      stages: { dev: { local: { handler: "lambda/index.handler", database: "embedded", timeout: 60 } } },
    },
  });
  const modules = fileURLToPath(new URL("../../node_modules", import.meta.url));
  symlinkSync(modules, join(project.cwd, "node_modules"));
});
afterAll(() => project.dispose());

const applied = async () =>
  (
    await project.query(
      "SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL ORDER BY 1",
    )
  ).map(({ name }) => name);

// One story in order.
test("run: {} is sent once, behind a snapshot, and the answer in its envelope is believed", async () => {
  const end = await project.cli(["run", "--json"]);
  expect(end.exitCode, end.stdout + end.stderr).toBe(0);
  expect(end.json()).toMatchObject({
    outcome: "succeeded",
    appliedKnown: false,
    wayBack: { kind: "snapshot" },
  });
  expect(end.stderr).toContain("Applied 3 migrations");
  expect(await applied()).toEqual(revisions);
});

test("a failing migration: {statusCode: 500} is a failure, exit 4", async () => {
  await project.write({
    "lambda/prisma/migrations/20250610080000_broken/migration.sql": 'INSERT INTO "Invoice" VALUES (1);\n',
  });
  const end = await project.cli(["run", "--json"]);
  expect(end.exitCode, end.stdout + end.stderr).toBe(4);
  expect(end.json()).toMatchObject({ outcome: "failed", wayBack: { kind: "snapshot" } });
  expect(JSON.stringify(end.json().error)).toContain("No such table: Invoice");
  expect(await applied()).toEqual(revisions);
});

test("replaced by our handler it tells what happened, and repairs it", async () => {
  await project.write({
    ".migraterc.json": JSON.stringify({
      project: "shop",
      contract: "migrate-remote",
      stages: { dev: { local: { handler: "handler.handler", database: "embedded", timeout: 60 } } },
    }),
    "handler.mjs": `import { createHandler, prisma } from "${new URL("../../dist/handler.js", import.meta.url).href}";
      export const handler = createHandler({ engine: prisma({ directory: "lambda/prisma/migrations" }), database: () => process.env.DATABASE_URL });`,
  });
  await project.release();
  const status = await project.cli(["status", "--json"]);
  expect(status.json(), status.stdout).toMatchObject({
    state: "inconsistent",
    problems: [{ code: "failed_migration", revision: "20250610080000_broken" }],
  });
  expect((await project.cli(["fix-history", "--json"])).json()).toMatchObject({
    removed: ["20250610080000_broken"],
  });
  await project.write({
    "lambda/prisma/migrations/20250610080000_broken/migration.sql": 'CREATE TABLE "Invoice" ();\n',
  });
  const run = await project.cli(["run", "--json"]);
  expect(run.json(), run.stdout).toMatchObject({
    outcome: "applied",
    applied: ["20250610080000_broken"],
    state: "up_to_date",
  });
});

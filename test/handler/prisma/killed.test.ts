import { expect, it } from "vitest";
import { expectError, expectSuccess, newRunId, told } from "../../support/far-side.js";
import { eachInItsOwnDatabase } from "../../support/own-database.js";
import { rowsOf, urlOf } from "../../support/postgres.js";
import { hurried, sleeping } from "../ledger/support.js";
import { migrationsFolder, prismaRows, prismaSide } from "./support.js";

const database = eachInItsOwnDatabase();

const migrations = {
  "1_a": "CREATE TABLE a (id int);",
  "2_b": "CREATE TABLE b (id int);\nSELECT pg_sleep(60);",
  "3_c": "CREATE TABLE c (id int);",
};

it("a connection that breaks in the middle leaves nothing of the migration, and the way on is told", async () => {
  const folder = migrationsFolder(migrations);
  const far = prismaSide(database.url, folder);
  const running = far.run();
  await rowsOf(database.url, `SELECT pg_terminate_backend(${await sleeping(database.url)})`);
  const report = await running;
  expect(expectError(report, "database_unreachable").hint).toContain("migrate-remote fix-history");
  expect(told(report)).toEqual(["1_a applied", "2_b failed", "3_c not_executed"]);
  expect(report.state).toBe("inconsistent");
  expect((await prismaRows(database.url))[1]).toMatchObject({
    migration_name: "2_b",
    finished_at: null,
    logs: null,
  });
  expect(await rowsOf(database.url, "SELECT to_regclass('b') AS b")).toEqual([{ b: null }]);

  folder.write({ "2_b": "CREATE TABLE b (id int);" });
  expect(told(expectSuccess(await far.fixHistory()))).toEqual(["1_a applied", "2_b removed", "3_c pending"]);
  expectSuccess(await far.run());
});

it("a handler that died is told with the way on, once its backend has ended", async () => {
  const folder = migrationsFolder(migrations);
  const runId = newRunId();
  // Nor can it ask again what stands: there is no way in, and little time is left.
  let isLate = false;
  const dying = prismaSide(database.url, folder).run(
    { run: { runId } },
    hurried(() => isLate),
  );
  const pid = await sleeping(database.url);
  const { name } = database;
  await rowsOf(urlOf(database.port, "postgres"), `ALTER DATABASE "${name}" ALLOW_CONNECTIONS false`);
  await rowsOf(urlOf(database.port, "postgres"), `SELECT pg_terminate_backend(${pid})`);
  isLate = true;
  await expect(dying).rejects.toThrow("what stands is not known");
  await rowsOf(urlOf(database.port, "postgres"), `ALTER DATABASE "${name}" ALLOW_CONNECTIONS true`);

  const far = prismaSide(database.url, folder);
  const { run } = await far.runResult(runId);
  expect(run).toMatchObject({ state: "interrupted", applied: ["1_a"] });
  expect(run?.report?.migrations.map(({ status }) => status)).toEqual(["applied", "failed", "not_executed"]);
  expect(run?.error?.hint).toContain("migrate-remote fix-history");
  folder.write({ "2_b": "CREATE TABLE b (id int);" });
  expectSuccess(await far.fixHistory());
  expectSuccess(await far.run());
  expect((await far.listRuns()).runs?.map(({ state }) => state)).toEqual([
    "succeeded",
    "succeeded",
    "interrupted",
  ]);
});

it("time that runs out puts a migration off, and the next part begins with it", async () => {
  const folder = migrationsFolder({
    "1_a": "CREATE TABLE pace (seconds int);\nINSERT INTO pace VALUES (60);",
    "2_b": "CREATE TABLE b (id int);\nSELECT pg_sleep(seconds) FROM pace;",
    "3_c": "CREATE TABLE c (id int);",
  });
  const far = prismaSide(database.url, folder, {}, { stopBefore: "1s" });
  const runId = newRunId();
  let end: number | undefined;
  // Plenty of time until the first one is applied.
  const context = {
    getRemainingTimeInMillis: () => {
      if (far.logs.some(({ event }) => event === "migration_applied")) end ??= Date.now() + 6000;
      return end === undefined ? 60_000 : end - Date.now();
    },
  };
  const first = await far.run({ run: { runId } }, context);
  expect(first.run).toMatchObject({ state: "paused" });
  expect(told(first)).toEqual(["1_a applied", "2_b not_executed", "3_c not_executed"]);
  expect((await prismaRows(database.url))[1]?.rolled_back_at).toBeInstanceOf(Date);

  await rowsOf(database.url, "UPDATE pace SET seconds = 0");
  const second = expectSuccess(await far.run({ run: { runId, part: 2 } }));
  expect(second.state).toBe("up_to_date");
  expect((await prismaRows(database.url)).map((row) => row.migration_name)).toEqual([
    "1_a",
    "2_b",
    "2_b",
    "3_c",
  ]);
});

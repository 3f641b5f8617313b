import { expect, it } from "vitest";
import { expectError, expectSuccess, newRunId, told } from "../../support/far-side.js";
import { eachInItsOwnDatabase } from "../../support/own-database.js";
import { onServer, rowsOf } from "../../support/postgres.js";
import { sleeping } from "../ledger/support.js";
import { migrationsFolder, prismaRows, prismaSide } from "./support.js";

const database = eachInItsOwnDatabase();

const migrations = {
  "1_a": "CREATE TABLE a (id int);",
  "2_b": "CREATE TABLE b (id int);\nSELECT pg_sleep(60);",
  "3_c": "CREATE TABLE c (id int);",
};

it("a migration that another run is applying has not failed; the lock keeps others out", async () => {
  const folder = migrationsFolder(migrations);
  const runId = newRunId();
  const running = prismaSide(database.url, folder).run({ run: { runId } });
  const pid = await sleeping(database.url);
  const other = prismaSide(database.url, folder);

  const status = expectSuccess(await other.status());
  expect(status.state).toBe("pending_migrations");
  expect(told(status)).toEqual(["1_a applied", "2_b pending", "3_c pending"]);
  expect(status.problems).toMatchObject([
    { code: "run_at_work" },
    { code: "run_at_work", revision: "2_b", message: expect.stringContaining("is being applied") },
  ]);
  const planned = expectSuccess(await other.dryRun());
  expect(planned.plan?.revisions).toEqual(["2_b", "3_c"]);
  expect(expectError(await other.run(), "locked").lock).toMatchObject({ runId, pid });
  expectError(await other.run({ fixHistory: true }), "locked");
  expectError(await other.fixHistory(), "locked");

  await rowsOf(database.url, `SELECT pg_cancel_backend(${pid})`);
  await running;
  expectSuccess(await other.status());
});

it("of a first migration outside a transaction too: its tables are no schema without history", async () => {
  const folder = migrationsFolder({ "1_a": "CREATE TABLE a (id int); COMMIT;\nSELECT pg_sleep(60);" });
  const running = prismaSide(database.url, folder).run();
  const pid = await sleeping(database.url);
  const status = expectSuccess(await prismaSide(database.url, folder).status());
  expect(status.state).toBe("pending_migrations");
  expect(told(status)).toEqual(["1_a pending"]);
  await rowsOf(database.url, `SELECT pg_terminate_backend(${pid})`);
  expect((await running).state).toBe("inconsistent");
  // Nobody is at work any more.
  expect((await prismaSide(database.url, folder).status()).state).toBe("inconsistent");
});

it("one that failed stays failed while somebody else holds the lock, for its error is written down", async () => {
  const folder = migrationsFolder({ ...migrations, "2_b": "SELECT nowhere;" });
  expectError(await prismaSide(database.url, folder).run(), "migration_failed");
  await onServer(database.url, async (client) => {
    await client.query("SELECT pg_advisory_lock(72707369)");
    expect((await prismaSide(database.url, folder).status()).state).toBe("inconsistent");
  });
});

it("reads that go on beside many short migrations never see a failed one", async () => {
  const many = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => [`${index + 100}_m`, `CREATE TABLE m${index} (id int);`]),
  );
  const folder = migrationsFolder(many);
  let isOver = false;
  const running = prismaSide(database.url, folder)
    .run()
    .finally(() => {
      isOver = true;
    });
  const states = new Set<string | undefined>();
  const reader = prismaSide(database.url, folder);
  while (!isOver) states.add((await reader.status()).state);
  expectSuccess(await running);
  expect(states).not.toContain("inconsistent");
  expect(await prismaRows(database.url)).toHaveLength(40);
});

import { afterAll, describe, expect, it } from "vitest";
import { expectError, expectSuccess, type FarSide, told } from "../../support/far-side.js";
import { eachInItsOwnDatabase } from "../../support/own-database.js";
import { rowsOf, urlOf } from "../../support/postgres.js";
import { type Migrations, migrationsFolder, prismaRows, prismaSide } from "./support.js";

const database = eachInItsOwnDatabase();
afterAll(async () => {
  const scratch = "SELECT datname FROM pg_database WHERE datname LIKE 'migrate_remote%'";
  expect(await rowsOf(urlOf(database.port, "postgres"), scratch)).toEqual([]);
});

const tables = async () =>
  (
    await rowsOf<{ name: string }>(
      database.url,
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE '\\_prisma%' ORDER BY 1",
    )
  ).map(({ name }) => name);

const good = { "1_a": "CREATE TABLE a (id int);", "3_c": "CREATE TABLE c (id int);" };

/** A run that fails at `2_b`. */
async function failed(sql: string): Promise<{ far: FarSide; migrations: Migrations }> {
  const migrations = migrationsFolder({ ...good, "2_b": sql });
  const far = prismaSide(database.url, migrations);
  expectError(await far.run(), "migration_failed");
  return { far, migrations };
}

describe("a script that fails", () => {
  const text = "-- two\nCREATE TABLE b (id int);\nINSERT INTO nowhere\n  VALUES (1);\n";

  it("is told with its place and with what stands of it, and history says failed as Prisma's does", async () => {
    const { far } = await failed(text);
    const before = await prismaRows(database.url);
    expect(before).toMatchObject([
      { migration_name: "1_a", applied_steps_count: 1 },
      { migration_name: "2_b", applied_steps_count: 0, finished_at: null, rolled_back_at: null },
    ]);
    expect(before[1]?.logs).toContain("nowhere");
    expect(await tables()).toEqual(["a"]);

    const status = expectSuccess(await far.status());
    expect(status).toMatchObject({ state: "inconsistent", currentRevisions: ["1_a"] });
    expect(told(status)).toEqual(["1_a applied", "2_b failed", "3_c pending"]);
    expect(status.problems).toMatchObject([{ code: "failed_migration", revision: "2_b" }]);
    expect(status.problems[0]?.message).toContain("nowhere");

    const again = await far.run();
    expect(expectError(again, "inconsistent_history")).toMatchObject({ revision: "2_b" });
    expect(again.error?.hint).toContain("migrate-remote fix-history");
    expect(await prismaRows(database.url)).toEqual(before);
  });

  it("has a report that says what the database says", async () => {
    const far = prismaSide(database.url, migrationsFolder({ ...good, "2_b": text }));
    const report = await far.run();
    expect(told(report)).toEqual(["1_a applied", "2_b failed", "3_c not_executed"]);
    expect(report.state).toBe("inconsistent");
    expect(report.error).toMatchObject({
      code: "migration_failed",
      revision: "2_b",
      sqlstate: "42P01",
      line: 3,
      column: 13,
      excerpt: "INSERT INTO nowhere",
    });
    expect(report.error?.message).toContain("Nothing of it stands");
    expect((await far.listRuns()).runs?.[0]).toMatchObject({ state: "failed", applied: ["1_a"] });
  });

  it("is marked as rolled back by fix-history, because the schema shows nothing of it, and then runs", async () => {
    const { far, migrations } = await failed(text);
    const repair = expectSuccess(await far.fixHistory());
    expect(told(repair)).toEqual(["1_a applied", "2_b removed", "3_c pending"]);
    expect((await prismaRows(database.url))[1]).toMatchObject({ migration_name: "2_b", finished_at: null });
    expect((await prismaRows(database.url))[1]?.rolled_back_at).toBeInstanceOf(Date);
    expect((await far.status()).problems).toEqual([]);

    migrations.write({ "2_b": "CREATE TABLE b (id int);" });
    const run = expectSuccess(await far.run());
    expect(told(run)).toEqual(["1_a skipped", "2_b applied", "3_c applied"]);
    expect((await prismaRows(database.url)).map(({ migration_name: name }) => name)).toEqual([
      "1_a",
      "2_b",
      "2_b",
      "3_c",
    ]);
  });

  it("is repaired and run again in one act with --fix-history", async () => {
    const { far, migrations } = await failed(text);
    migrations.write({ "2_b": "CREATE TABLE b (id int);" });
    expect((await far.dryRun({ fixHistory: true })).problems[0]).toMatchObject({ code: "plan_unknown" });
    const run = expectSuccess(await far.run({ fixHistory: true }));
    expect(run.state).toBe("up_to_date");
    expect(await tables()).toEqual(["a", "b", "c"]);
  });

  it("is marked as applied where somebody finished it by hand", async () => {
    const { far, migrations } = await failed(text);
    await rowsOf(database.url, "CREATE TABLE b (id int)");
    migrations.write({ "2_b": "CREATE TABLE b (id int);" });
    expect(told(expectSuccess(await far.fixHistory()))).toEqual([
      "1_a applied",
      "2_b recorded",
      "3_c pending",
    ]);
    // As Prisma does it: the failed row is rolled back, and another one is applied.
    expect(await prismaRows(database.url)).toMatchObject([
      { migration_name: "1_a" },
      { migration_name: "2_b", finished_at: null },
      { migration_name: "2_b", logs: "", applied_steps_count: 0, rolled_back_at: null },
    ]);
    expect(told(expectSuccess(await far.run()))).toEqual(["1_a skipped", "2_b skipped", "3_c applied"]);
  });

  it("is resolved the way a person says: applied", async () => {
    const { far } = await failed(text);
    expect(told(expectSuccess(await far.fixHistory("2_b")))).toEqual([
      "1_a applied",
      "2_b recorded",
      "3_c pending",
    ]);
    expect((await far.status()).state).toBe("pending_migrations");
  });

  it("is resolved the way a person says: rolled back", async () => {
    const { far } = await failed(text);
    expect(told(expectSuccess(await far.fixHistory("1_a")))).toEqual([
      "1_a applied",
      "2_b removed",
      "3_c pending",
    ]);
    expect((await far.status()).state).toBe("pending_migrations");
  });
});

describe("what stands is not guessed at", () => {
  it.each([
    ["part of it stands", "CREATE TABLE b (id int);", "ALTER TABLE a ADD COLUMN b int"],
    ["more than it stands", "CREATE TABLE b (id int);", "CREATE TABLE b (id int); CREATE TABLE other ()"],
  ])("%s", async (_, corrected, byHand) => {
    const { far, migrations } = await failed("CREATE TABLE b (id int); SELECT 1/0;");
    migrations.write({ "2_b": corrected });
    await rowsOf(database.url, byHand);
    const before = await prismaRows(database.url);
    const { hint } = expectError(await far.fixHistory(), "history_ambiguous");
    expect(hint).toContain("fix-history --revision 2_b");
    expect(hint).toContain("fix-history --revision 1_a");
    expect(await prismaRows(database.url)).toEqual(before);
  });

  it("of data without an error in history", async () => {
    const { far } = await failed("INSERT INTO a SELECT 1/0;");
    await rowsOf(database.url, "UPDATE _prisma_migrations SET logs = NULL");
    expectError(await far.fixHistory(), "history_ambiguous");
  });

  it("of data with an error in history, after which nothing stood", async () => {
    const { far } = await failed("INSERT INTO a SELECT 1/0;");
    expect(told(expectSuccess(await far.fixHistory()))).toContain("2_b removed");
  });

  it("of a script with a COMMIT of its own, whose failure says which statements stand", async () => {
    const sql = "CREATE TABLE b (id int);\nCOMMIT;\nINSERT INTO b VALUES (1);\nSELECT 1/0;";
    const far = prismaSide(database.url, migrationsFolder({ ...good, "2_b": sql }));
    const error = expectError(await far.run(), "migration_failed");
    expect(error.message).toContain("its first 2 statements stand");
    expect(error.line).toBe(4);
    expect(await rowsOf(database.url, "SELECT * FROM b")).toEqual([]);
    expectError(await far.fixHistory(), "history_ambiguous");
  });

  it("of the first migration, where no revision comes before it", async () => {
    const far = prismaSide(
      database.url,
      migrationsFolder({ "1_a": "CREATE TABLE a ();\nCOMMIT;\nSELECT 1/0;" }),
    );
    expectError(await far.run(), "migration_failed");
    expect(expectError(await far.fixHistory(), "history_ambiguous").hint).toContain(
      "SET rolled_back_at = now()",
    );
  });

  it("of one that the function does not have any more", async () => {
    const { far, migrations } = await failed("SELECT 1/0;");
    migrations.remove("2_b");
    expect((await far.status()).problems[0]?.message).toContain("does not have it");
    expectError(await far.fixHistory(), "history_ambiguous");
    expectSuccess(await far.fixHistory("1_a"));
    expectSuccess(await far.run());
  });
});

describe("other ways to fail", () => {
  it("a deferred constraint is the script's failure, not history's", async () => {
    const { far } = await failed(
      "CREATE TABLE b (id int UNIQUE DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO b VALUES (1), (1);",
    );
    expect(await tables()).toEqual(["a"]);
    expect((await prismaRows(database.url))[1]?.logs).toBeTruthy();
    expectSuccess(await far.fixHistory());
  });

  it("a transaction left open is rolled back", async () => {
    const far = prismaSide(database.url, migrationsFolder({ ...good, "2_b": "BEGIN;\nCREATE TABLE b ();" }));
    const error = expectError(await far.run(), "migration_failed");
    expect(error.message).toContain("did not end it");
    expect(await tables()).toEqual(["a"]);
    expectSuccess(await far.fixHistory("1_a"));
  });

  it("an index that was being built leaves itself behind, and the hint says how to be rid of it", async () => {
    const migrations = migrationsFolder({
      "1_a": "CREATE TABLE a (id int);\nINSERT INTO a VALUES (1), (1);",
      "2_b": "CREATE UNIQUE INDEX CONCURRENTLY a_id ON a (id);",
    });
    const far = prismaSide(database.url, migrations);
    const error = expectError(await far.run(), "migration_failed");
    expect(error.hint).toContain("DROP INDEX CONCURRENTLY public.a_id");
    expectError(await far.fixHistory(), "history_ambiguous");
    await rowsOf(database.url, "DROP INDEX a_id");
    await rowsOf(database.url, "TRUNCATE a");
    expect(told(expectSuccess(await far.fixHistory()))).toContain("2_b removed");
    expectSuccess(await far.run());
  });

  it("an invalid index that an attempt left is not passed over", async () => {
    const migrations = migrationsFolder({
      "1_a": "CREATE TABLE a (id int);\nCREATE INDEX a_id ON a (id);",
      "2_b": "-- The old one goes next.\nCREATE INDEX CONCURRENTLY IF NOT EXISTS a_id ON a (id);",
    });
    const far = prismaSide(database.url, migrations);
    expectSuccess(await far.run({ targetRevision: "1_a" }));
    await rowsOf(database.url, "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'a_id'::regclass");
    const error = expectError(await far.run(), "migration_failed");
    expect(error.message).toContain("2_b failed: the index a_id is there, but invalid");
    expect(error.hint).toContain("DROP INDEX CONCURRENTLY public.a_id");
    expect(await far.status()).toMatchObject({ state: "inconsistent" });
    await rowsOf(database.url, "DROP INDEX a_id");
    expectSuccess(await far.fixHistory("1_a"));
    expectSuccess(await far.run());
    expect(await rowsOf(database.url, "SELECT FROM pg_index WHERE NOT indisvalid")).toEqual([]);
  });

  it("a lock that is gone stops it before anything is executed", async () => {
    const far = prismaSide(
      database.url,
      migrationsFolder({ "1_a": "SELECT pg_advisory_unlock_all();", "2_b": "CREATE TABLE b ();" }),
    );
    const report = await far.run();
    expectError(report, "lock_lost");
    expect(told(report)).toEqual(["1_a applied", "2_b not_executed"]);
    expect((await prismaRows(database.url)).map(({ migration_name: name }) => name)).toEqual(["1_a"]);
  });

  it("one that is cancelled is not a failed migration: the next run begins with it", async () => {
    const migrations = migrationsFolder({ "1_a": "CREATE TABLE a ();\nSELECT pg_sleep(30);" });
    const far = prismaSide(database.url, migrations, {}, { statementTimeout: "300ms" });
    const report = await far.run();
    expect(expectError(report, "migration_failed")).toMatchObject({ sqlstate: "57014" });
    expect(report.error?.message).toContain("History has it as rolled back");
    expect(report.state).toBe("empty");
    migrations.write({ "1_a": "CREATE TABLE a ();" });
    expectSuccess(await far.run());
    expect(await prismaRows(database.url)).toHaveLength(2);
  });
});

it.each([
  ["23505", "CREATE TABLE b (id int PRIMARY KEY); INSERT INTO b VALUES (1), (1);"],
  ["23502", "CREATE TABLE b (id int NOT NULL); INSERT INTO b VALUES (NULL);"],
  ["23503", "CREATE TABLE b (id int PRIMARY KEY, other int REFERENCES b); INSERT INTO b VALUES (1, 2);"],
  ["42601", "CREATE TABEL b ();"],
  ["42501", "SET ROLE pg_read_all_data; CREATE TABLE b ();"],
  ["40001", "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '40001'; END $$"],
  ["3D000", "DO $$ BEGIN RAISE EXCEPTION 'x' USING ERRCODE = '3D000'; END $$"],
  ["22P02", "SELECT 'x'::int"],
])("PostgreSQL's %s in a script is told as PostgreSQL says it", async (sqlstate, sql) => {
  const report = await prismaSide(database.url, migrationsFolder({ "2_b": sql })).run();
  expect(expectError(report, "migration_failed")).toMatchObject({ sqlstate, revision: "2_b" });
  expect(await tables()).toEqual([]);
});

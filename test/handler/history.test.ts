import { describe, expect, it } from "vitest";
import { expectError, expectSuccess, farSide, told } from "../support/far-side.js";
import { eachInItsOwnDatabase } from "../support/own-database.js";
import { rowsOf } from "../support/postgres.js";

const database = eachInItsOwnDatabase();

const source = {
  "001_init": "CREATE TABLE a (id int)",
  "002_more": "CREATE TABLE b ()",
  "003_last": "CREATE TABLE c ()",
};
const columns = (url: string, table = "schema_migrations") =>
  rowsOf<{ name: string }>(
    url,
    "SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0",
    [table],
  ).then((rows) => rows.map(({ name }) => name));

describe("a schema_migrations that another Lambda wrote", () => {
  it.each([
    [
      "document 003's",
      "version TEXT PRIMARY KEY, applied_at TIMESTAMPTZ DEFAULT now()",
      ["version", "applied_at"],
    ],
    [
      "one with a time without zone",
      "version VARCHAR(255) PRIMARY KEY, applied_at TIMESTAMP DEFAULT now()",
      ["version", "applied_at"],
    ],
    ["one of versions only", "version varchar NOT NULL", ["version"]],
    [
      "one with an identity",
      "id bigint GENERATED ALWAYS AS IDENTITY, version text UNIQUE",
      ["id", "version"],
    ],
  ])("is read as it is and written on: %s", async (_, definition, before) => {
    await rowsOf(
      database.url,
      `CREATE TABLE schema_migrations (${definition}); CREATE TABLE a (id int); INSERT INTO schema_migrations (version) VALUES ('001_init')`,
    );
    const far = farSide(database.url, source);
    const status = expectSuccess(await far.status());
    expect(status.state).toBe("pending_migrations");
    expect(told(status)).toEqual(["001_init applied", "002_more pending", "003_last pending"]);
    if (before.includes("applied_at"))
      expect(Math.abs(Date.parse(status.migrations[0]?.appliedAt ?? "") - Date.now())).toBeLessThan(60_000);
    expect(await columns(database.url)).toEqual(before);

    expectSuccess(await far.run());
    expect(new Set(await columns(database.url))).toEqual(
      new Set([...before, "applied_at", "checksum", "duration_ms", "run_id"]),
    );
    // The old Lambda goes on.
    await rowsOf(database.url, "INSERT INTO schema_migrations (version) VALUES ('004_old_lambda')");
    const after = expectSuccess(
      await farSide(database.url, { ...source, "004_old_lambda": "SELECT 1" }).status(),
    );
    expect(after.state).toBe("up_to_date");
    expect(after.problems).toEqual([]);
    expect(after.migrations.slice(1).every(({ appliedAt }) => appliedAt !== undefined)).toBe(true);
  });

  it("may be in a schema of its own", async () => {
    await rowsOf(database.url, `CREATE SCHEMA "Op.s"; CREATE SCHEMA ops`);
    expectSuccess(await farSide(database.url, { migrations: source, table: "ops.History" }).run());
    expect(await columns(database.url, 'ops."History"')).toContain("run_id");
    expect(
      expectSuccess(await farSide(database.url, { migrations: source, table: "ops.History" }).status()).state,
    ).toBe("up_to_date");
    expect(expectSuccess(await farSide(database.url, source).status()).state).toBe(
      "tables_without_migration_history",
    );
  });

  it.each([
    ["golang-migrate", "version bigint PRIMARY KEY, dirty boolean NOT NULL"],
    ["no version", "id int"],
    ["a number", "version int PRIMARY KEY"],
    ["text with a demanded column", "version text PRIMARY KEY, description text NOT NULL"],
  ])("that cannot be ours is inconsistent, and nothing is done to it: %s", async (_, definition) => {
    await rowsOf(database.url, `CREATE TABLE schema_migrations (${definition})`);
    const far = farSide(database.url, source);
    const status = expectSuccess(await far.status());
    expect(status.state).toBe("inconsistent");
    expect(status.problems).toMatchObject([{ code: "unreadable_history" }]);
    expectError(await far.run(), "inconsistent_history");
    expectError(await far.fixHistory("001_init"), "inconsistent_history");
    expect(await rowsOf(database.url, "SELECT FROM pg_tables WHERE schemaname = 'public'")).toHaveLength(1);
  });
});

describe("states", () => {
  it("is empty with nothing but views, types, sequences, history and extensions' tables", async () => {
    await rowsOf(
      database.url,
      "CREATE VIEW v AS SELECT 1 AS one; CREATE TYPE mood AS ENUM ('ok'); CREATE SEQUENCE s; CREATE SCHEMA migrate_remote; " +
        "CREATE TABLE migrate_remote.runs (); CREATE TABLE schema_migrations (version text); CREATE MATERIALIZED VIEW m AS SELECT 1 AS one",
    );
    expect(expectSuccess(await farSide(database.url, source).status()).state).toBe("empty");
    await rowsOf(database.url, "CREATE TABLE owned ()");
    expect(expectSuccess(await farSide(database.url, source).status()).state).toBe(
      "tables_without_migration_history",
    );
    // As an extension's script would have made it.
    await rowsOf(
      database.url,
      "INSERT INTO pg_depend SELECT 'pg_class'::regclass, 'owned'::regclass, 0, 'pg_extension'::regclass, oid, 0, 'e' FROM pg_extension WHERE extname = 'plpgsql'",
    );
    expect(expectSuccess(await farSide(database.url, source).status()).state).toBe("empty");
  });

  it.each([
    ["partitioned", "CREATE TABLE t (id int) PARTITION BY RANGE (id)"],
    ["in another schema", "CREATE SCHEMA other; CREATE TABLE other.t ()"],
    [
      "foreign",
      "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER sv FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE t () SERVER sv",
    ],
  ])("tables without history: %s", async (_, statement) => {
    await rowsOf(database.url, statement);
    const far = farSide(database.url, source);
    expect(expectSuccess(await far.status())).toMatchObject({
      state: "tables_without_migration_history",
      currentRevisions: [],
      plan: { revisions: Object.keys(source) },
    });
    const report = await far.run();
    const error = expectError(report, "history_missing");
    expect(error.hint).toContain("migrate-remote fix-history --revision REV");
    expect(error.hint).toContain("migrate-remote run --fix-history");
    expect(report.state).toBe("tables_without_migration_history");
  });

  it("inconsistent: history has what the source does not", async () => {
    await farSide(database.url, source).run();
    const older = farSide(database.url, { "001_init": source["001_init"], "002_more": source["002_more"] });
    const status = expectSuccess(await older.status());
    expect(status).toMatchObject({
      state: "inconsistent",
      currentRevisions: ["003_last"],
      headRevisions: ["002_more"],
    });
    expect(status.problems).toMatchObject([{ code: "missing", revision: "003_last" }]);
    expect(expectError(await older.run(), "inconsistent_history").message).toContain("003_last");
    expectError(await older.fixHistory(), "inconsistent_history");
  });

  it("edited: reported, and does not block", async () => {
    await farSide(database.url, { "001_init": source["001_init"] }).run();
    const far = farSide(database.url, { ...source, "001_init": `${source["001_init"]} -- edited` });
    const status = expectSuccess(await far.status());
    expect(status).toMatchObject({
      state: "pending_migrations",
      problems: [{ code: "edited", revision: "001_init" }],
    });
    expect(expectSuccess(await far.run()).state).toBe("up_to_date");
  });

  it("out of order: refused, unless it is asked for", async () => {
    await farSide(database.url, { "001_init": source["001_init"], "003_last": source["003_last"] }).run();
    const far = farSide(database.url, source);
    const status = expectSuccess(await far.dryRun());
    expect(status).toMatchObject({ state: "pending_migrations", currentRevisions: ["003_last"] });
    expect(status.problems).toMatchObject([{ code: "out_of_order", revision: "002_more" }]);
    expect(expectError(await far.run(), "out_of_order").message).toContain("002_more");
    expectError(await far.run({ targetRevision: "002_more" }), "out_of_order");
    const allowing = farSide(database.url, { migrations: source, outOfOrder: "apply" });
    expect(told(expectSuccess(await allowing.run()))).toEqual([
      "001_init skipped",
      "003_last skipped",
      "002_more applied",
    ]);
    expect(expectSuccess(await far.status()).state).toBe("up_to_date");
  });
});

it("keeps a report small: SQL that does not fit is left out and unchecked", async () => {
  const big = `SELECT '${"x".repeat(600_000)}'`;
  const report = expectSuccess(
    await farSide(database.url, { "001_a": big, "002_b": big, "003_c": "SELECT 1" }).dryRun(),
  );
  expect(report.migrations.map(({ sql, unchecked }) => [sql?.length, unchecked])).toEqual([
    [big.length, undefined],
    [undefined, true],
    [8, undefined],
  ]);
});

it("keeps a report below Lambda's limit with very many migrations", async () => {
  const many = Object.fromEntries(
    Array.from({ length: 30_000 }, (_, at) => [`${at + 1}_${"n".repeat(100)}`, "SELECT 1"]),
  );
  const far = farSide(database.url, many);
  const answer = await far.handler({ admin_operation: "migration_status" });
  expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(5_000_000);
  expect(answer).toMatchObject({ success: true, state: "empty" });
});

import { describe, expect, it } from "vitest";
import { expectError, expectSuccess, farSide, told } from "../support/far-side.js";
import { eachInItsOwnDatabase } from "../support/own-database.js";
import { onServer, rowsOf } from "../support/postgres.js";
import { tables, three, versions } from "../support/three.js";

const database = eachInItsOwnDatabase();

describe("a failing migration", () => {
  it("is data: what was applied, what failed with its place, what was not executed", async () => {
    const bad = "-- Größe 😀\r\nCREATE TABLE parts (id int);\r\n  SELECT '😀', nix FROM parts;\r\n";
    const far = farSide(database.url, {
      "001_users": three["001_users"],
      "002_email": three["002_email"],
      "003_bad": bad,
      "004_later": "SELECT 1",
    });
    const report = await far.run();
    expect(expectError(report, "migration_failed")).toMatchObject({
      revision: "003_bad",
      sqlstate: "42703",
      line: 3,
      column: 15,
      excerpt: "  SELECT '😀', nix FROM parts;",
    });
    expect(report.error?.message).toContain('column "nix" does not exist');
    expect(told(report)).toEqual([
      "001_users applied",
      "002_email applied",
      "003_bad failed",
      "004_later not_executed",
    ]);
    expect(report).toMatchObject({ state: "pending_migrations", currentRevisions: ["002_email"] });
    expect(await versions(database.url)).toEqual(["001_users", "002_email"]);
    expect(await tables(database.url)).toEqual(["schema_migrations", "users"]);
    expect(far.logs.find(({ event }) => event === "migration_failed")).toMatchObject({
      revision: "003_bad",
      level: "error",
    });
  });

  it("names the statement's line where PostgreSQL gives no position", async () => {
    const far = farSide(database.url, {
      "001_dup":
        "CREATE TABLE t (id int PRIMARY KEY);\n\nINSERT INTO t VALUES (1);\nINSERT INTO t\nVALUES (1);",
    });
    const { error, state } = await far.run();
    expect(error).toMatchObject({
      sqlstate: "23505",
      line: 4,
      excerpt: "INSERT INTO t",
      detail: expect.stringContaining("(id)=(1)"),
    });
    expect(error?.column).toBeUndefined();
    expect(state).toBe("empty");
  });

  it("may fail at COMMIT", async () => {
    const far = farSide(database.url, {
      "001_deferred":
        "CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int REFERENCES a DEFERRABLE INITIALLY DEFERRED); INSERT INTO b VALUES (7);",
    });
    const report = await far.run();
    expect(report.error).toMatchObject({
      code: "migration_failed",
      sqlstate: "23503",
      revision: "001_deferred",
    });
    expect(report.error?.message).toContain("when it was committed");
    expect(told(report)).toEqual(["001_deferred failed"]);
    expect(await tables(database.url)).toEqual([]);
  });

  it("stops at statementTimeout and at the function's own time", async () => {
    const slow = { "001_slow": "CREATE TABLE t (); SELECT pg_sleep(60)" };
    const error = expectError(
      await farSide(database.url, slow, { statementTimeout: "200ms" }).run(),
      "migration_failed",
    );
    expect(error).toMatchObject({ sqlstate: "57014", hint: expect.stringContaining("statementTimeout") });
    const end = Date.now() + 6_000;
    const context = { getRemainingTimeInMillis: () => end - Date.now() };
    expect(expectError(await farSide(database.url, slow).run({}, context), "migration_failed").sqlstate).toBe(
      "57014",
    );
    expect(Date.now()).toBeLessThan(end);
    // Each statement alone is short enough.
    const many = { "001_many": `CREATE TABLE t (); ${"SELECT pg_sleep(0.5); ".repeat(40)}` };
    const later = Date.now() + 8_000;
    const short = { getRemainingTimeInMillis: () => later - Date.now() };
    const cancelled = expectError(await farSide(database.url, many).run({}, short), "migration_failed");
    expect(cancelled.hint).toContain("time limit was near");
    expect(cancelled.message).toMatch(/It was stopped after \d\.\d s: it needs longer than the function has/);
    expect(Date.now()).toBeLessThan(later);
    expect(await tables(database.url)).toEqual([]);
  });

  it("shows no secret that its line holds", async () => {
    const secret = "hunter2-hunter2";
    const far = farSide(database.url, {
      "001_secret": `SELECT 'postgresql://app:${secret}@db/app', nix; -- password=${secret}`,
      "002_raise": "SELECT 1",
    });
    const report = await far.run();
    expect(expectError(report, "migration_failed").excerpt).toContain("postgresql://app:");
    const raising = farSide(database.url, {
      "001_raise": `DO $$ BEGIN RAISE NOTICE 'password=${secret}'; RAISE 'no way to postgresql://app:${secret}@db/app'; END $$`,
    });
    expectError(await raising.run(), "migration_failed");
    expect(JSON.stringify([report, far.logs, raising.logs])).not.toContain(secret);
  });

  it("says what to do about COPY from stdin", async () => {
    const far = farSide(database.url, { "001_copy": "CREATE TABLE t (a int); COPY t FROM stdin;" });
    expect(expectError(await far.run(), "migration_failed").hint).toContain("INSERT");
    expect(await tables(database.url)).toEqual([]);
  });

  it("stops at lockTimeout", async () => {
    await farSide(database.url, three).run();
    await onServer(database.url, async (client) => {
      await client.query("BEGIN; LOCK TABLE users");
      const far = farSide(
        database.url,
        { ...three, "004_lock": "ALTER TABLE users ADD COLUMN x int" },
        { lockTimeout: "100ms" },
      );
      const error = expectError(await far.run(), "migration_failed");
      expect(error).toMatchObject({ sqlstate: "55P03", hint: expect.stringContaining("lockTimeout") });
    });
  });
});

describe("outside a transaction", () => {
  it("runs statements one by one, with function bodies whole", async () => {
    const far = farSide(database.url, {
      "001_users": three["001_users"],
      "002_index":
        "-- migrate-remote: no-transaction\nCREATE INDEX CONCURRENTLY users_id ON users (id);\n" +
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $f$ BEGIN RETURN 1; END $f$;\nVACUUM users;",
    });
    const report = expectSuccess(await far.run());
    expect(report.migrations[1]).toMatchObject({ status: "applied", transactional: false });
  });

  it("says how many statements stand when one fails, and where", async () => {
    const far = farSide(database.url, {
      "001_half":
        "\ufeff-- migrate-remote: no-transaction\r\nCREATE TABLE ä (id int);\r\nSELECT 'é', nix;\r\nCREATE TABLE c ();",
    });
    const report = await far.run();
    expect(report.error).toMatchObject({
      code: "migration_failed",
      line: 3,
      column: 13,
      excerpt: "SELECT 'é', nix;",
    });
    expect(report.error?.message).toContain("its first 1 statement stands");
    expect(report.migrations[0]).toMatchObject({ status: "failed", transactional: false });
    expect(report.state).toBe("tables_without_migration_history");
    expect(await tables(database.url)).toEqual(["ä"]);
  });

  it("names the invalid index that a failed CREATE INDEX CONCURRENTLY leaves, and how to be rid of it", async () => {
    const far = farSide(database.url, {
      "001_rows": "CREATE TABLE rows (id int); INSERT INTO rows VALUES (1), (1);",
      "002_unique":
        "-- migrate-remote: no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY rows_id ON rows (id);",
    });
    const error = expectError(await far.run(), "migration_failed");
    expect(error.message).toContain("It left an invalid index behind: public.rows_id.");
    expect(error.hint).toContain("First: DROP INDEX CONCURRENTLY public.rows_id;");
  });

  it.each([
    ["rows_a", "Rows_A"],
    ['rows "B', '"rows ""B"'],
  ])("does not pass over an index that an attempt left: %s", async (name, written) => {
    const files = {
      "001_rows": `CREATE TABLE rows (id int); CREATE INDEX old ON rows (id); CREATE INDEX ${written} ON rows (id);`,
      "002_new": `-- migrate-remote: no-transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS ${written} ON rows (id);\nDROP INDEX CONCURRENTLY old;`,
    };
    await farSide(database.url, { "001_rows": files["001_rows"] }).run();
    await rowsOf(
      database.url,
      "UPDATE pg_index SET indisvalid = false WHERE indexrelid = (SELECT oid FROM pg_class WHERE relname = $1)",
      [name],
    );
    const error = expectError(await farSide(database.url, files).run(), "migration_failed");
    expect(error.message).toContain(`002_new failed: the index ${name} is there, but invalid`);
    expect(error.hint).toMatch(/^First: DROP INDEX CONCURRENTLY public\.\S.*;\nUndo what stands of it/);
    expect(await rowsOf(database.url, "SELECT relname FROM pg_class WHERE relname = 'old'")).toHaveLength(1);
    await rowsOf(database.url, `DROP INDEX ${written}`);
    expectSuccess(await farSide(database.url, files).run());
    expect(await rowsOf(database.url, "SELECT relname FROM pg_class WHERE relname = 'old'")).toEqual([]);
  });

  it("is what the hint proposes where PostgreSQL demands it", async () => {
    const far = farSide(database.url, {
      "001_users": three["001_users"],
      "002_index": "CREATE INDEX CONCURRENTLY i ON users (id)",
    });
    const error = expectError(await far.run(), "migration_failed");
    expect(error).toMatchObject({
      sqlstate: "25001",
      hint: expect.stringContaining("-- migrate-remote: no-transaction"),
    });
  });

  it("does not leave a transaction open", async () => {
    const far = farSide(database.url, {
      "001_open": "-- migrate-remote: no-transaction\nBEGIN;\nCREATE TABLE t ();",
    });
    expect(expectError(await far.run(), "migration_failed").message).toContain("did not end it");
    expect(await tables(database.url)).toEqual([]);
  });
});

describe("a file with its own transaction", () => {
  it.each([
    "BEGIN",
    "START TRANSACTION",
    "COMMIT",
    "END",
    "ROLLBACK",
    "ABORT",
    "PREPARE TRANSACTION 'x'",
    "commit and chain",
  ])("is refused before anything is executed: %s", async (statement) => {
    const far = farSide(database.url, {
      "001_users": three["001_users"],
      "002_own": `SELECT 1;\n /* c */ ${statement};\nSELECT 2`,
    });
    for (const ask of [far.dryRun, far.run]) {
      const error = expectError(await ask(), "configuration_error");
      expect(error).toMatchObject({ revision: "002_own", line: 2, column: 10 });
    }
    expect(await tables(database.url)).toEqual([]);
  });

  it("may have savepoints, and procedures' BEGIN", async () => {
    const far = farSide(database.url, {
      "001_save": "SAVEPOINT a; CREATE TABLE t (); ROLLBACK TO SAVEPOINT a; ROLLBACK WORK TO a; RELEASE a;",
      "002_do": "DO $$ BEGIN PERFORM 1; END $$;",
      "003_atomic":
        "CREATE FUNCTION two() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END; SELECT two();",
    });
    expectSuccess(await far.run());
  });
});

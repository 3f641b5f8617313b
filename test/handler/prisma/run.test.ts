import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { expectError, expectSuccess, told } from "../../support/far-side.js";
import { eachInItsOwnDatabase } from "../../support/own-database.js";
import { rowsOf } from "../../support/postgres.js";
import {
  copyOfProject,
  migrationsFolder,
  prismaRows,
  prismaSide,
  projectFolder,
  projectRevisions,
} from "./support.js";

const database = eachInItsOwnDatabase();

const withSchema = (base: string) => {
  const address = new URL(base);
  address.searchParams.set("schema", "app");
  return String(address);
};
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const project = { folder: join(projectFolder, "prisma/migrations") };

describe("a real project's migrations", () => {
  it("are applied by Prisma's engine, which writes its history as Prisma does", async () => {
    const far = prismaSide(database.url, project);
    const fresh = expectSuccess(await far.status());
    expect(fresh).toMatchObject({
      state: "empty",
      engine: "prisma",
      headRevisions: [projectRevisions.at(-1)],
    });
    expect(fresh.problems).toEqual([]);

    const planned = expectSuccess(await far.dryRun());
    expect(planned.plan?.revisions).toEqual(projectRevisions);
    const text = readFileSync(join(project.folder, projectRevisions[7] ?? "", "migration.sql"), "utf8");
    expect(planned.migrations[7]).toMatchObject({ sql: text, checksum: sha256(text), transactional: true });
    expect(planned.migrations[6]).toMatchObject({ transactional: false });
    expect(await rowsOf(database.url, "SELECT FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);

    const part = expectSuccess(await far.run({ targetRevision: "booking_reference" }));
    expect(part.currentRevisions).toEqual(["20250304142209_booking_reference"]);
    expect(told(part).filter((line) => line.endsWith("applied"))).toHaveLength(5);

    const rest = expectSuccess(await far.run({ run: { planId: (await far.dryRun()).plan?.id ?? "" } }));
    expect(rest).toMatchObject({ state: "up_to_date", currentRevisions: [projectRevisions.at(-1)] });

    const rows = await prismaRows(database.url);
    expect(rows.map((row) => row.migration_name)).toEqual(projectRevisions);
    for (const row of rows) {
      const sql = readFileSync(join(project.folder, row.migration_name, "migration.sql"), "utf8");
      expect(row).toMatchObject({
        checksum: sha256(sql),
        applied_steps_count: 1,
        rolled_back_at: null,
        logs: null,
      });
      expect(row.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-/);
      expect(row.finished_at?.getTime()).toBeGreaterThanOrEqual(row.started_at.getTime());
    }
    // What has semicolons in its body is whole.
    await rowsOf(
      database.url,
      `INSERT INTO "User" (id, email, "updatedAt") VALUES ('u', 'a@b.de', '2020-01-01')`,
    );
    await rowsOf(database.url, `UPDATE "User" SET name = 'A'`);
    expect(await rowsOf(database.url, `SELECT "updatedAt" > '2021-01-01' AS touched FROM "User"`)).toEqual([
      { touched: true },
    ]);

    const again = expectSuccess(await far.run());
    expect(again.migrations.every(({ status }) => status === "skipped")).toBe(true);
    expect(await prismaRows(database.url)).toEqual(rows);
  });

  it("keep out nobody: neither our lock nor Prisma's is held afterwards", async () => {
    expectSuccess(await prismaSide(database.url, project).run());
    expect(await rowsOf(database.url, "SELECT * FROM pg_locks WHERE locktype = 'advisory'")).toEqual([]);
  });

  it("stand beside files and folders that are no migrations", async () => {
    const migrations = copyOfProject();
    migrations.write({ "20250601000000_left_by_a_branch": "" });
    migrations.remove("20250601000000_left_by_a_branch/migration.sql");
    const report = expectSuccess(await prismaSide(database.url, migrations).status());
    expect(report.problems).toMatchObject([{ code: "ignored_file" }]);
    expect(report.problems[0]?.message).toContain("20250601000000_left_by_a_branch");
  });
});

it("one migration may be told by its name, its time, or the beginning of either", async () => {
  const migrations = migrationsFolder({
    "20240101120000_users": "CREATE TABLE users (id int);",
    "20240101120001_user_names": "CREATE TABLE names (id int);",
    "20240202120000_orders": "CREATE TABLE orders (id int);",
  });
  const far = prismaSide(database.url, migrations);
  const target = async (wanted: string) => (await far.dryRun({ targetRevision: wanted })).plan?.target;
  expect(await target("20240101120000_users")).toBe("20240101120000_users");
  expect(await target("20240101120001")).toBe("20240101120001_user_names");
  expect(await target("202402")).toBe("20240202120000_orders");
  expect(await target("users")).toBe("20240101120000_users");
  expect(await target("ord")).toBe("20240202120000_orders");
  expectError(await far.dryRun({ targetRevision: "user" }), "unknown_revision");
  expectError(await far.dryRun({ targetRevision: "20240101" }), "unknown_revision");
});

describe("scripts", () => {
  it("are executed in one transaction with their end in history", async () => {
    const migrations = migrationsFolder({
      "1_a": "CREATE TABLE a (at xid8 DEFAULT pg_current_xact_id()); INSERT INTO a DEFAULT VALUES;",
    });
    expectSuccess(await prismaSide(database.url, migrations).run());
    const same = "SELECT a.at::xid = m.xmin AS same FROM a, _prisma_migrations m";
    expect(await rowsOf(database.url, same)).toEqual([{ same: true }]);
  });

  it.each([
    ["nothing but a comment", "-- nothing\n", "SELECT true AS ok"],
    [
      "a byte order mark",
      "\ufeffCREATE TABLE a (id int);",
      "SELECT true AS ok FROM a RIGHT JOIN (SELECT 1) x ON true",
    ],
    [
      "a search path set for good",
      "SELECT set_config('search_path', '', false); CREATE TABLE public.a ();",
      "SELECT to_regclass('public.a') IS NOT NULL AS ok",
    ],
    [
      "another role",
      "CREATE ROLE r_run; GRANT ALL ON SCHEMA public TO r_run; SET ROLE r_run; CREATE TABLE a ();",
      "SELECT tableowner = 'r_run' AS ok FROM pg_tables WHERE tablename = 'a'",
    ],
    [
      "a transaction of its own",
      "BEGIN;\nCREATE TABLE a ();\nCOMMIT;",
      "SELECT to_regclass('a') IS NOT NULL AS ok",
    ],
    ["a procedure that commits", "CREATE TABLE a (id int);", "SELECT to_regclass('a') IS NOT NULL AS ok"],
    ["what no transaction may hold", "VACUUM pg_class;", "SELECT true AS ok"],
    [
      "a block that commits",
      "DO $$ BEGIN CREATE TABLE a (); COMMIT; END $$;",
      "SELECT to_regclass('a') IS NOT NULL AS ok",
    ],
  ])("may have %s", async (_, sql, check) => {
    expectSuccess(
      await prismaSide(database.url, migrationsFolder({ "1_a": sql, "2_b": "CREATE TABLE b ();" })).run(),
    );
    expect(await rowsOf(database.url, check)).toEqual([{ ok: true }]);
    expect(await prismaRows(database.url)).toMatchObject([
      { migration_name: "1_a", checksum: sha256(sql), applied_steps_count: 1 },
      { migration_name: "2_b", applied_steps_count: 1 },
    ]);
  });

  it("that PostgreSQL cannot execute in one piece are refused before anything is executed", async () => {
    const migrations = migrationsFolder({
      "1_a": "CREATE TABLE a (id int);",
      "2_b": "CREATE TABLE b ();\nCREATE INDEX CONCURRENTLY a_id ON a (id);",
    });
    const report = await prismaSide(database.url, migrations).run();
    expect(expectError(report, "configuration_error")).toMatchObject({ revision: "2_b", line: 2 });
    expect(told(report)).toEqual(["1_a pending", "2_b pending"]);
    expect(await rowsOf(database.url, "SELECT to_regclass('a') AS a")).toEqual([{ a: null }]);
  });
});

describe("the schema", () => {
  it.each([
    ["of the URL", (base: string) => ({ url: withSchema(base), how: {} })],
    ["of the handler", (base: string) => ({ url: base, how: { schema: "app" } })],
  ])("is the one %s, made where it is missing", async (_, where) => {
    const { url: address, how } = where(database.url);
    const migrations = migrationsFolder({ "1_a": "CREATE TABLE a (id int);" });
    const far = prismaSide(address, migrations, how);
    expect((await far.status()).state).toBe("empty");
    expectSuccess(await far.run());
    expect(
      await rowsOf(
        database.url,
        "SELECT to_regclass('app.a') IS NOT NULL AS a, to_regclass('public.a') AS b",
      ),
    ).toEqual([{ a: true, b: null }]);
    expect(await prismaRows(database.url, "app")).toHaveLength(1);
    expect((await far.status()).state).toBe("up_to_date");
  });

  it("is where tables count; those of others do not", async () => {
    await rowsOf(database.url, "CREATE SCHEMA auth; CREATE TABLE auth.users (id int)");
    const far = prismaSide(database.url, migrationsFolder({ "1_a": "CREATE TABLE a (id int);" }));
    expect((await far.status()).state).toBe("empty");
    expectSuccess(await far.run());
  });
});

it("what Prisma's own lock keeps out is told, and nothing is executed", async () => {
  const pg = (await import("pg")).default;
  const other = new pg.Client({ connectionString: database.url });
  await other.connect();
  try {
    await other.query("SELECT pg_advisory_lock(72707369)");
    const far = prismaSide(database.url, migrationsFolder({ "1_a": "CREATE TABLE a (id int);" }));
    const kept = await far.run();
    expectError(kept, "locked");
    // A run that has not begun: whoever waits for the lock may send another one.
    expect(kept.run).toMatchObject({ state: "refused", applied: [] });
    expectError(await far.fixHistory("1_a"), "locked");
    expect(await rowsOf(database.url, "SELECT to_regclass('a') AS a")).toEqual([{ a: null }]);
    await other.query("SELECT pg_advisory_unlock(72707369)");
    expectSuccess(await far.run());
  } finally {
    await other.end();
  }
});

it("another database's migrations are refused", async () => {
  const migrations = migrationsFolder({ "1_a": "CREATE TABLE a (id int);" });
  const { writeFileSync } = await import("node:fs");
  writeFileSync(join(migrations.folder, "migration_lock.toml"), 'provider = "mysql"\n');
  expect(
    expectError(await prismaSide(database.url, migrations).status(), "configuration_error").message,
  ).toContain("mysql");
});

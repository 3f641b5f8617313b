import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { resolveConnection } from "../../../src/handler/connection.js";
import { withEngine } from "../../../src/handler/engines/prisma/engine.js";
import { migrationsList } from "../../../src/handler/engines/prisma/migrations-list.js";
import { readMigrations } from "../../../src/handler/engines/prisma/source.js";
import { openSession } from "../../../src/handler/session.js";
import { expectError, expectSuccess, told } from "../../support/far-side.js";
import { eachInItsOwnDatabase } from "../../support/own-database.js";
import { rowsOf } from "../../support/postgres.js";
import { copyOfProject, migrationsFolder, prismaRows, prismaSide, projectRevisions } from "./support.js";

const database = eachInItsOwnDatabase();

const two = { "1_a": "CREATE TABLE a (id int);\n", "2_b": "CREATE TABLE b (id int);\n" };
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

interface Diagnosis {
  editedMigrationNames: string[];
  failedMigrationNames: string[];
  history: { unappliedMigrationNames?: string[]; unpersistedMigrationNames?: string[] } | null;
}

/** What Prisma's own engine finds, as `prisma migrate status` asks it. */
async function diagnosed(folder: string): Promise<Diagnosis> {
  const session = await openSession(await resolveConnection(database.url), { connectTimeout: 5000 });
  const { migrations } = await readMigrations(folder);
  const input = {
    migrationsList: migrationsList(migrations),
    optInToShadowDatabase: false,
    filters: { externalTables: [], externalEnums: [] },
  };
  const executeScript = async () => {};
  try {
    return await withEngine(session, { schema: "public", executeScript }, async (engine) => {
      const whole = engine as unknown as { diagnoseMigrationHistory(asked: object): Promise<Diagnosis> };
      return whole.diagnoseMigrationHistory(input);
    });
  } finally {
    await session.close();
  }
}

describe("history", () => {
  it("knows edited migrations, which keep nothing from running, as with Prisma", async () => {
    const migrations = migrationsFolder(two);
    const far = prismaSide(database.url, migrations);
    expectSuccess(await far.run({ targetRevision: "1_a" }));
    migrations.write({ "1_a": "CREATE TABLE a (id bigint);\n" });
    const status = await far.status();
    expect(status).toMatchObject({
      state: "pending_migrations",
      problems: [{ code: "edited", revision: "1_a" }],
    });
    expect((await diagnosed(migrations.folder)).editedMigrationNames).toEqual(["1_a"]);
    expectSuccess(await far.run());
    // What was applied is not what the file says now, and no repair hides it.
    const asItWas = await prismaRows(database.url);
    expect(told(expectSuccess(await far.fixHistory("2_b")))).toEqual(["1_a applied", "2_b applied"]);
    expect((await far.status()).problems).toMatchObject([{ code: "edited", revision: "1_a" }]);
    expect((await diagnosed(migrations.folder)).editedMigrationNames).toEqual(["1_a"]);
    expect(await prismaRows(database.url)).toEqual(asItWas);
    expect(asItWas).toMatchObject([
      { migration_name: "1_a", checksum: sha256(two["1_a"]), applied_steps_count: 1 },
      { migration_name: "2_b" },
    ]);
  });

  it.each([
    ["\n", "\r\n"],
    ["\r\n", "\n"],
  ])("takes a file with other line ends for the same one", async (before, after) => {
    const text = (end: string) => ["-- one", "CREATE TABLE a (id int);", ""].join(end);
    const migrations = migrationsFolder({ "1_a": text(before) });
    const far = prismaSide(database.url, migrations);
    expectSuccess(await far.run());
    expect((await prismaRows(database.url))[0]?.checksum).toBe(sha256(text(before)));
    migrations.write({ "1_a": text(after) });
    expect((await far.status()).problems).toEqual([]);
    expect((await diagnosed(migrations.folder)).editedMigrationNames).toEqual([]);
    // There is nothing to repair either.
    expect(told(expectSuccess(await far.fixHistory("1_a")))).toEqual(["1_a applied"]);
  });

  it("takes checksums as an early Prisma wrote them", async () => {
    const bytes = (text: string) => createHash("sha256").update(text).digest();
    const old = (text: string) => [...bytes(text)].map((byte) => byte.toString(16)).join("");
    const found = fc
      .sample(fc.integer(), { numRuns: 200, seed: 1 })
      .map((id) => `CREATE TABLE t${Math.abs(id)} ();`);
    const text = found.find((one) => old(one).length < 64) ?? "";
    const migrations = migrationsFolder({ "1_a": text });
    const far = prismaSide(database.url, migrations);
    expectSuccess(await far.run());
    await rowsOf(database.url, `UPDATE _prisma_migrations SET checksum = '${old(text)}'`);
    expect((await far.status()).problems).toEqual([]);
    expect((await diagnosed(migrations.folder)).editedMigrationNames).toEqual([]);
  });

  it("knows what the function does not have", async () => {
    const migrations = migrationsFolder(two);
    const far = prismaSide(database.url, migrations);
    expectSuccess(await far.run());
    migrations.remove("2_b");
    expect(await far.status()).toMatchObject({
      state: "inconsistent",
      problems: [{ code: "missing", revision: "2_b" }],
    });
    expectError(await far.run(), "inconsistent_history");
    expectError(await far.fixHistory(), "inconsistent_history");
    expect(told(expectSuccess(await far.fixHistory("1_a")))).toEqual(["1_a applied", "2_b removed"]);
    expect((await prismaRows(database.url)).map((row) => row.migration_name)).toEqual(["1_a"]);
  });

  it("lets a migration in that another branch brought late, as Prisma does", async () => {
    const migrations = migrationsFolder({ "1_a": two["1_a"], "3_c": "CREATE TABLE c ();" });
    const far = prismaSide(database.url, migrations);
    expectSuccess(await far.run());
    migrations.write({ "2_b": two["2_b"] });
    expect((await far.status()).problems).toMatchObject([{ code: "out_of_order", revision: "2_b" }]);
    expect(told(expectSuccess(await far.run()))).toEqual(["1_a skipped", "3_c skipped", "2_b applied"]);
  });

  it("is not read from a table that Prisma did not make", async () => {
    await rowsOf(database.url, "CREATE TABLE _prisma_migrations (id int)");
    const far = prismaSide(database.url, migrationsFolder(two));
    expect(await far.status()).toMatchObject({
      state: "inconsistent",
      problems: [{ code: "unreadable_history" }],
    });
    expect(expectError(await far.fixHistory("1_a"), "inconsistent_history").hint).toContain(
      "prisma({ schema",
    );
  });

  it("agrees with what Prisma's engine finds, whatever rows there are", { timeout: 120_000 }, async () => {
    const migrations = migrationsFolder({ ...two, "3_c": "CREATE TABLE c ();", "4_d": "CREATE TABLE d ();" });
    const far = prismaSide(database.url, migrations);
    expectSuccess(await far.run());
    const row = fc.record({
      name: fc.constantFrom("1_a", "2_b", "3_c", "4_d", "5_elsewhere"),
      state: fc.constantFrom("finished", "failed", "rolled_back"),
      isSame: fc.boolean(),
    });
    // A migration has one row: with several the engine looks at whichever comes first.
    const history = fc.uniqueArray(row, { selector: ({ name }) => name });
    const texts: Record<string, string> = {
      ...two,
      "3_c": "CREATE TABLE c ();",
      "4_d": "CREATE TABLE d ();",
    };
    await fc.assert(
      fc.asyncProperty(history, async (rows) => {
        const values = rows.map(({ name, state, isSame }) => {
          const finished = state === "finished" ? "now()" : "NULL";
          const rolledBack = state === "rolled_back" ? "now()" : "NULL";
          const checksum = isSame ? sha256(texts[name] ?? "") : sha256("other");
          return `(gen_random_uuid()::text, '${checksum}', ${finished}, '${name}', ${rolledBack}, now(), 1)`;
        });
        await rowsOf(database.url, "TRUNCATE _prisma_migrations");
        if (values.length > 0) {
          await rowsOf(
            database.url,
            `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, rolled_back_at, started_at, applied_steps_count) VALUES ${values.join(", ")}`,
          );
        }
        const status = await far.status();
        const theirs = await diagnosed(migrations.folder);
        const problems = (code: string) =>
          status.problems.flatMap((problem) => (problem.code === code ? [problem.revision] : [])).sort();
        expect(problems("failed_migration")).toEqual([...theirs.failedMigrationNames].sort());
        const finished = rows.flatMap(({ name, state }) => (state === "finished" ? [String(name)] : []));
        const ofFinished = (names: string[] = []) => names.filter((name) => finished.includes(name)).sort();
        expect(problems("edited")).toEqual(ofFinished(theirs.editedMigrationNames));
        expect(problems("missing")).toEqual(ofFinished(theirs.history?.unpersistedMigrationNames));
        const pending = told(status).filter((line) => line.endsWith(" pending"));
        const unapplied = theirs.history?.unappliedMigrationNames ?? [];
        expect(pending).toEqual([...unapplied].sort().map((name) => `${name} pending`));
      }),
      { numRuns: 30 },
    );
  });
});

describe("tables without history", () => {
  const lose = () => rowsOf(database.url, "DROP TABLE _prisma_migrations");

  it("are recognised, and Prisma's engine records what they have", async () => {
    const migrations = copyOfProject();
    const far = prismaSide(database.url, migrations);
    const lostAt = "20250416101102_touch_updated_at";
    expectSuccess(await far.run({ targetRevision: lostAt }));
    await lose();
    expect((await far.status()).state).toBe("tables_without_migration_history");
    expectError(await far.run(), "history_missing");

    const repair = expectSuccess(await far.fixHistory());
    expect(repair).toMatchObject({ state: "pending_migrations", currentRevisions: [lostAt] });
    const rows = await prismaRows(database.url);
    expect(rows.map((row) => row.migration_name).sort()).toEqual(projectRevisions.slice(0, 8));
    // Prisma's own baseline: no steps, begun and ended at once.
    for (const row of rows) {
      expect(row).toMatchObject({ applied_steps_count: 0, logs: "", rolled_back_at: null });
      expect(row.finished_at).toEqual(row.started_at);
    }
    expect((await diagnosed(migrations.folder)).history).toMatchObject({
      unappliedMigrationNames: projectRevisions.slice(8),
    });
    expect(expectSuccess(await far.run()).state).toBe("up_to_date");
  });

  it("that have the schema of two are refused, until a person says which", async () => {
    const far = prismaSide(database.url, copyOfProject());
    expectSuccess(await far.run({ targetRevision: "booking_reference" }));
    await lose();
    expect(expectError(await far.fixHistory(), "history_ambiguous").message).toContain("backfill_time_zones");
    expectSuccess(await far.fixHistory("backfill_time_zones"));
    expect((await far.status()).currentRevisions).toEqual(["20250319095531_backfill_time_zones"]);
  });

  it("are repaired and migrated in one act", async () => {
    const far = prismaSide(database.url, migrationsFolder({ ...two, "3_c": "CREATE TABLE c ();" }));
    expectSuccess(await far.run({ targetRevision: "2_b" }));
    await lose();
    const run = expectSuccess(await far.run({ fixHistory: true }));
    expect(told(run)).toEqual(["1_a recorded", "2_b recorded", "3_c applied"]);
  });

  it("are recorded all or not at all", async () => {
    await rowsOf(database.url, "CREATE TABLE a (id int); CREATE TABLE b (id int)");
    const far = prismaSide(database.url, migrationsFolder(two));
    expectSuccess(await far.fixHistory("1_a"));
    // The second row is refused by the database.
    await rowsOf(
      database.url,
      "TRUNCATE _prisma_migrations; ALTER TABLE _prisma_migrations ADD CHECK (migration_name <> '2_b')",
    );
    expect((await far.fixHistory("2_b")).success).toBe(false);
    expect(await prismaRows(database.url)).toEqual([]);
  });
});

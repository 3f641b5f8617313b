import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { wireOperations } from "../../src/contract/codecs/migrate-remote.js";
import { expectError, expectSuccess, farSide, runId, told } from "../support/far-side.js";
import { eachInItsOwnDatabase } from "../support/own-database.js";
import { rowsOf } from "../support/postgres.js";
import { tables, three, versions } from "../support/three.js";

const database = eachInItsOwnDatabase();

describe("the main job", () => {
  it("goes from empty through pending to up to date, each step told", async () => {
    const far = farSide(database.url, three);
    const before = expectSuccess(await far.status());
    expect(before).toMatchObject({
      state: "empty",
      engine: "sql",
      currentRevisions: [],
      headRevisions: ["003_orders"],
      plan: { from: [], target: "003_orders", revisions: Object.keys(three) },
      database: {
        host: "127.0.0.1",
        port: database.port,
        user: "postgres",
        serverVersion: expect.stringMatching(/^\d+/),
      },
      handler: { operations: [...wireOperations] },
    });
    expect(before.migrations[1]).toEqual({
      revision: "002_email",
      status: "pending",
      transactional: true,
      checksum: createHash("sha256").update(three["002_email"]).digest("hex"),
      sql: three["002_email"],
    });
    expect(await tables(database.url)).toEqual([]);

    const plan = expectSuccess(await far.dryRun()).plan;
    expect(plan).toEqual(before.plan);
    expect(await tables(database.url)).toEqual([]);

    const ran = expectSuccess(await far.run({ run: { runId, planId: plan?.id ?? "" } }));
    expect(ran).toMatchObject({
      state: "up_to_date",
      currentRevisions: ["003_orders"],
      runId,
      part: 1,
      plan,
    });
    expect(told(ran)).toEqual(["001_users applied", "002_email applied", "003_orders applied"]);
    expect(JSON.stringify(ran)).not.toContain("CREATE TABLE");
    expect(await tables(database.url)).toEqual(["orders", "schema_migrations", "users"]);
    const rows = await rowsOf(
      database.url,
      "SELECT version, checksum, run_id, duration_ms IS NOT NULL AS timed FROM schema_migrations ORDER BY 1",
    );
    expect(rows).toHaveLength(3);
    expect(rows[0]).toEqual({
      version: "001_users",
      checksum: createHash("sha256").update(three["001_users"]).digest("hex"),
      run_id: runId,
      timed: true,
    });

    const after = expectSuccess(await far.status());
    expect(after).toMatchObject({ state: "up_to_date", plan: { revisions: [] } });
    expect(after.migrations[0]?.durationMs).toEqual(expect.any(Number));
    const durations = (report: typeof ran) => report.migrations.map(({ durationMs }) => durationMs);
    expect(durations(after)).toEqual(durations(ran));
    expect(Date.parse(after.migrations[0]?.appliedAt ?? "")).toBeGreaterThan(Date.now() - 60_000);
  });

  it("writes nothing at all where nothing is pending", async () => {
    const far = farSide(database.url, three);
    await far.run();
    const [before] = await rowsOf(
      database.url,
      "SELECT pg_current_xact_id_if_assigned(), xmin::text FROM schema_migrations",
    );
    const wal = () =>
      rowsOf(
        database.url,
        "SELECT pg_current_wal_insert_lsn()::text AS at, txid_snapshot_xmax(txid_current_snapshot())::text AS next",
      );
    const [first] = await wal();
    const again = expectSuccess(await far.run());
    expect(told(again)).toEqual(["001_users skipped", "002_email skipped", "003_orders skipped"]);
    const [second] = await wal();
    expect(second?.next).toBe(first?.next);
    expect(
      await rowsOf(
        database.url,
        "SELECT pg_current_xact_id_if_assigned(), xmin::text FROM schema_migrations LIMIT 1",
      ),
    ).toEqual([before]);
    expect(far.logs.map(({ message }) => message)).toContain("Database is up to date");
  });

  it("does not even create its table where there are no migrations", async () => {
    const far = farSide(database.url, { migrations: {} });
    const report = expectSuccess(await far.run());
    expect(report).toMatchObject({ state: "empty", plan: { revisions: [], target: null }, migrations: [] });
    expect(report.problems).toMatchObject([{ code: "no_migrations" }]);
    expect(await tables(database.url)).toEqual([]);
  });

  it("logs JSON lines with the words of document 001", async () => {
    const far = farSide(database.url, { ...three, "004_talk": "DO $$ BEGIN RAISE NOTICE 'hello'; END $$" });
    await far.run({ run: { runId } }, { awsRequestId: "req-1", logStreamName: "2026/[$LATEST]x" });
    expect(far.logs[0]).toMatchObject({
      event: "invocation",
      run_id: runId,
      request_id: "req-1",
      log_stream: "2026/[$LATEST]x",
    });
    const messages = far.logs.map(({ message }) => message);
    expect(messages).toContain("Migration state: empty");
    expect(messages).toContain("Running 4 pending migrations...");
    expect(messages).toContain("Database migrations completed successfully. Revision: (none) → 004_talk");
    expect(messages).toContain("NOTICE: hello");
    expect(far.logs.filter(({ event }) => event === "migration_applied")[1]).toMatchObject({
      revision: "002_email",
      index: 2,
      total: 4,
      duration_ms: expect.any(Number),
    });
  });
});

it("logs a hundred notices of a migration and no more", async () => {
  const far = farSide(database.url, {
    "001_loop": "DO $$ BEGIN FOR i IN 1..500 LOOP RAISE NOTICE '% %', i, repeat('x', 9000); END LOOP; END $$",
  });
  expectSuccess(await far.run());
  const notices = far.logs.filter(({ event }) => event === "notice").map(({ message }) => String(message));
  expect(notices).toHaveLength(101);
  expect(Math.max(...notices.map(({ length }) => length))).toBeLessThan(1100);
});

describe("a target", () => {
  it("is where the run stops, also by its number", async () => {
    const far = farSide(database.url, three);
    const report = expectSuccess(await far.run({ targetRevision: "2" }));
    expect(report).toMatchObject({
      state: "pending_migrations",
      currentRevisions: ["002_email"],
      plan: { target: "002_email" },
    });
    expect(told(report)).toEqual(["001_users applied", "002_email applied", "003_orders pending"]);
    expect(told(expectSuccess(await far.run({ targetRevision: "002_email" })))).toEqual([
      "001_users skipped",
      "002_email skipped",
      "003_orders pending",
    ]);
  });

  it("that does not exist, or is ambiguous, is refused by dry-run and run", async () => {
    const far = farSide(database.url, { ...three, "0030_order_items": "SELECT 1" });
    for (const ask of [far.dryRun, far.run]) {
      const error = expectError(await ask({ targetRevision: "004_order" }), "unknown_revision");
      expect(error.message).toContain("003_orders");
      expect(expectError(await ask({ targetRevision: "00" }), "unknown_revision").message).toContain(
        "001_users, 002_email",
      );
    }
    expect(await tables(database.url)).toEqual([]);
  });

  it("behind the current revision is refused, never a downgrade", async () => {
    const far = farSide(database.url, three);
    await far.run();
    for (const ask of [far.dryRun, far.run])
      expectError(await ask({ targetRevision: "001" }), "target_behind_current");
    expect(await versions(database.url)).toHaveLength(3);
  });
});

it("refuses a plan that is not the one shown", async () => {
  const shown = (await farSide(database.url, { "001_users": three["001_users"] }).dryRun()).plan?.id ?? "";
  const far = farSide(database.url, three);
  const report = await far.run({ run: { planId: shown } });
  expectError(report, "plan_changed");
  expect(told(report)).toEqual(["001_users pending", "002_email pending", "003_orders pending"]);
  expect(await tables(database.url)).toEqual([]);
});

describe("what a migration does to its session", () => {
  it("does not reach the next one nor history", async () => {
    const far = farSide(database.url, {
      "001_dump":
        "SELECT pg_catalog.set_config('search_path', '', false); SET statement_timeout = 1; SET statement_timeout = 0; CREATE TABLE public.a ();",
      "002_role": "CREATE ROLE limited; SET ROLE limited;",
      "003_path": "CREATE TABLE b ();",
    });
    expectSuccess(await far.run());
    expect(await tables(database.url)).toEqual(["a", "b", "schema_migrations"]);
    await rowsOf(database.url, "DROP ROLE limited");
  });
});

it("does nothing for files without statements, and records them", async () => {
  const far = farSide(database.url, { "001_empty": "", "002_comment": "-- later;\n/* ; */" });
  expect(told(expectSuccess(await far.run()))).toEqual(["001_empty applied", "002_comment applied"]);
});

it("starts no further migration when time is short", async () => {
  const far = farSide(database.url, three);
  const isLate = () => far.logs.some(({ event }) => event === "migration_applied");
  const report = await far.run({}, { getRemainingTimeInMillis: () => (isLate() ? 4000 : 60_000) });
  expect(expectSuccess(report).run).toMatchObject({ state: "paused", applied: ["001_users"] });
  expect(told(report)).toEqual(["001_users applied", "002_email not_executed", "003_orders not_executed"]);
});

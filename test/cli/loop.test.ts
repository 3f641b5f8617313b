import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeProject, type Project } from "../support/project.js";

const migrations = {
  "001_accounts.sql": "CREATE TABLE accounts (id int PRIMARY KEY, notes text);\n",
  "002_orders.sql": "CREATE TABLE orders (id int PRIMARY KEY);\nINSERT INTO orders VALUES (1);\n",
  "003_drop_notes.sql": "-- moved\nALTER TABLE accounts DROP COLUMN notes;\n",
};

describe("status → dry-run → run → status on real PostgreSQL", () => {
  let project: Project;
  beforeAll(async () => {
    project = await makeProject({ migrations });
  });
  afterAll(() => project.dispose());

  const history = () => project.query("SELECT xmin::text, * FROM schema_migrations ORDER BY version");

  // One story in order: each step starts from what the one before it left.
  test("the main job", async () => {
    const fresh = await project.cli(["status", "--stage", "local", "--json"]);
    expect(fresh.exitCode).toBe(0);
    expect(fresh.json()).toMatchObject({
      command: "status",
      stage: "local",
      function: "shop-api-migrate-lambda-local",
      state: "empty",
      engine: "sql",
      pending: ["001_accounts", "002_orders", "003_drop_notes"],
      currentRevisions: [],
      headRevisions: ["003_drop_notes"],
      exitCode: 0,
    });
    expect((await project.cli(["status", "--exit-code", "--quiet"])).exitCode).toBe(3);

    const planned = await project.cli(["run", "--dry-run", "--json"]);
    expect(planned.exitCode).toBe(0);
    expect(planned.json()).toMatchObject({ outcome: "planned", dryRun: true, applied: [] });
    expect(planned.json().planId).toMatch(/^[0-9a-f]{64}$/);
    expect(planned.json().migrations[2]).toMatchObject({
      revision: "003_drop_notes",
      sql: migrations["003_drop_notes.sql"],
      destructive: [{ rule: "drop-column", message: "drops column accounts.notes", line: 2 }],
    });
    expect(await project.query("SELECT 1 FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);

    const first = await project.cli(["run", "--target-revision", "001", "--json"]);
    expect(first.json()).toMatchObject({ outcome: "applied", applied: ["001_accounts"], evidence: "report" });
    expect(first.exitCode).toBe(0);

    const between = await project.cli(["status", "--json"]);
    expect(between.json()).toMatchObject({
      state: "pending_migrations",
      currentRevisions: ["001_accounts"],
      pending: ["002_orders", "003_drop_notes"],
    });
    expect((await project.cli(["status", "--exit-code"])).exitCode).toBe(3);

    const rest = await project.cli(["run", "--json"]);
    expect(rest.json()).toMatchObject({
      outcome: "applied",
      applied: ["002_orders", "003_drop_notes"],
      state: "up_to_date",
    });
    expect(rest.json().runId).toMatch(/^\d{8}T\d{6}Z-[0-9a-f]{8}$/);
    expect(rest.json().logs.stream).toContain("[$LATEST]");

    const after = await project.cli(["status", "--json", "--exit-code"]);
    expect(after.exitCode).toBe(0);
    expect(after.json()).toMatchObject({ state: "up_to_date", pending: [] });

    const before = await history();
    const again = await project.cli(["run"]);
    expect(again.exitCode).toBe(0);
    expect(again.stdout).toContain("Up to date at 003_drop_notes: nothing to do");
    expect(await history()).toEqual(before);
    expect(await project.query("SELECT count(*)::int FROM orders")).toEqual([{ count: 1 }]);
  });

  test("--json leaves nothing else on stdout, and events go to stderr", async () => {
    const end = await project.cli(["status", "--json"]);
    expect(() => end.json()).not.toThrow();
    expect(end.stderr).toContain("Asking shop-api-migrate-lambda-local");
    const quiet = await project.cli(["status", "--json", "--quiet"]);
    expect(quiet.stderr).toBe("");
  });

  test("the human text has no colour codes in a pipe, and has them where asked", async () => {
    expect((await project.cli(["status"])).stdout).not.toContain("\x1b");
    expect((await project.cli(["status"], { env: { FORCE_COLOR: "1" } })).stdout).toContain("\x1b[32m");
    const both = { env: { FORCE_COLOR: "1", NO_COLOR: "1" } };
    expect((await project.cli(["status"], both)).stdout).not.toContain("\x1b");
  });
});

test("what destroys data is marked in status, dry-run and the plan", async () => {
  const project = await makeProject({ migrations });
  try {
    expect((await project.cli(["status"])).stdout).toContain(
      "destroys data: drops column accounts.notes (line 2)",
    );
    expect((await project.cli(["run", "--dry-run"])).stdout).toContain(
      "! ALTER TABLE accounts DROP COLUMN notes;",
    );
    expect((await project.cli(["run"])).stderr).toContain(
      "destroys data: drops column accounts.notes (line 2)",
    );
  } finally {
    await project.dispose();
  }
});

test("a third migration that fails: exit 4, and the database is exactly what the report says", async () => {
  const project = await makeProject({
    migrations: {
      "001_a.sql": "CREATE TABLE a (id int);",
      "002_b.sql": "CREATE TABLE b (id int);",
      "003_c.sql": "CREATE TABLE c (id int);\n\nINSERT INTO c (id, größe) SELECT 1, 2;\n",
      "004_d.sql": "CREATE TABLE d (id int);",
      "005_e.sql": "CREATE TABLE e (id int);",
    },
  });
  try {
    const end = await project.cli(["run", "--json"]);
    expect(end.exitCode).toBe(4);
    expect(end.json()).toMatchObject({
      outcome: "failed",
      applied: ["001_a", "002_b"],
      currentRevisions: ["002_b"],
      state: "pending_migrations",
      error: { code: "migration_failed", revision: "003_c", sqlstate: "42703", line: 3, column: 20 },
    });
    expect(end.json().migrations.map(({ status }: { status: string }) => status)).toEqual([
      "applied",
      "applied",
      "failed",
      "not_executed",
      "not_executed",
    ]);
    const tables = await project.query(
      "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1",
    );
    expect(tables.map(({ tablename }) => tablename)).toEqual(["a", "b", "schema_migrations"]);
    const recorded = await project.query("SELECT version FROM schema_migrations ORDER BY 1");
    expect(recorded).toEqual([{ version: "001_a" }, { version: "002_b" }]);

    const text = (await project.cli(["run"])).stdout;
    expect(text).toMatch(/003_c failed: [\s\S]+\(line 3,\s+column 20,\s+SQLSTATE 42703\)/);
    expect(text).toMatch(/ {2}3 \| INSERT INTO c \(id, größe\) SELECT 1, 2;\n {23,}\^/);
    expect(text).toContain("not executed");

    await project.write({ "migrations/003_c.sql": "CREATE TABLE c (id int);" });
    const repaired = await project.cli(["run", "--json"]);
    expect(repaired.json()).toMatchObject({ outcome: "applied", applied: ["003_c", "004_d", "005_e"] });
  } finally {
    await project.dispose();
  }
});

test("two runs at once: the other exits 6 naming the first, and each migration is applied once", async () => {
  const project = await makeProject({
    migrations: {
      "001_gate.sql":
        "CREATE TABLE counted (id int); SELECT pg_advisory_xact_lock(4711); INSERT INTO counted VALUES (1);",
      "002_more.sql": "INSERT INTO counted VALUES (2);",
    },
  });
  try {
    const gate = await project.connect();
    await gate.query("SELECT pg_advisory_lock(4711)");
    const first = project.cli(["run", "--json"]);
    // The first one has come to the gate, inside its first migration.
    await expect
      .poll(() => project.query("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"), {
        timeout: 60_000,
      })
      .toHaveLength(1);

    const other = await project.cli(["run", "--json"]);
    expect(other.exitCode).toBe(6);
    expect(other.json()).toMatchObject({ outcome: "locked", applied: [], error: { code: "locked" } });
    const { lock } = other.json().error;
    expect(lock.requestedBy).toBe("tester@here");
    expect(Date.parse(lock.since)).toBeLessThanOrEqual(Date.now());

    expect((await project.cli(["status"])).stdout).toMatch(
      /Run \S+, asked for by tester@here,\s+holds the lock/,
    );
    expect(other.json().error.hint).toContain("migrate-remote run --stage local --wait-lock 10m");

    await gate.query("SELECT pg_advisory_unlock(4711)");
    const end = await first;
    expect(end.json()).toMatchObject({
      outcome: "applied",
      applied: ["001_gate", "002_more"],
      runId: lock.runId,
    });
    expect(await project.query("SELECT id FROM counted ORDER BY id")).toEqual([{ id: 1 }, { id: 2 }]);
  } finally {
    await project.dispose();
  }
});

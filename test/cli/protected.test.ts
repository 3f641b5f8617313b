import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { localStage, makeProject, type Project } from "../support/project.js";

/** A protected stage with rows, and a migration that would take them. */
function guardedProject(stage: Record<string, unknown> = {}): Promise<Project> {
  return makeProject({
    migrations: {
      "001_people.sql": "CREATE TABLE people (name text); INSERT INTO people VALUES ('Ada'), ('Grace');",
    },
    config: { stages: { live: { ...localStage, protected: true, ...stage } } },
  });
}

const dropPeople = { "migrations/002_drop.sql": "DROP TABLE people;" };

async function snapshotsOf(project: Project) {
  return (await project.cli(["snapshot", "list", "--json"])).json().snapshots;
}

async function ledgerOf(project: Project, runId: string) {
  const sql = "SELECT snapshot_id, snapshot_skipped FROM migrate_remote.runs WHERE run_id = $1";
  return (await project.query(sql, [runId]))[0];
}

describe("a way back", () => {
  let project: Project;
  beforeAll(async () => {
    project = await guardedProject();
    const first = await project.cli(["run", "--confirm", "--json"]);
    expect(first.exitCode, first.stdout + first.stderr).toBe(0);
    await project.write(dropPeople);
  });
  afterAll(() => project.dispose());

  test("what destroys data takes a word of its own, and nothing is snapshotted or changed without it", async () => {
    const before = await snapshotsOf(project);
    const end = await project.cli(["run", "--confirm", "--json"]);
    expect(end.exitCode).toBe(5);
    expect(end.json().error).toMatchObject({ code: "destructive" });
    expect(end.json().error.message).toContain("002_drop: drops table people (line 1) [drop-table]");
    expect(await snapshotsOf(project)).toEqual(
      before.map((one: object) => ({ ...one, ageSeconds: expect.any(Number) })),
    );
    expect(await project.query("SELECT name FROM people")).toHaveLength(2);
  });

  test("a table that a migration dropped is back in the restored database, and the live one is not touched", async () => {
    const end = await project.cli(["run", "--confirm", "--allow-destructive", "--json"]);
    expect(end.exitCode, end.stdout + end.stderr).toBe(0);
    const { runId, wayBack } = end.json();
    const { snapshotId } = wayBack;
    expect(snapshotId).toMatch(/^migrate-remote-live-\d{8}t\d{6}z-001-people$/);
    expect(await ledgerOf(project, runId)).toEqual({ snapshot_id: snapshotId, snapshot_skipped: null });
    expect((await snapshotsOf(project))[0]).toMatchObject({
      id: snapshotId,
      status: "available",
      runId,
      revision: "001_people",
      requestedBy: "tester@here",
    });

    expect(wayBack.restoreCommand).toBe(`migrate-remote snapshot restore ${snapshotId} --stage live`);
    const restored = await project.cli([...wayBack.restoreCommand.split(" ").slice(1), "--json"]);
    expect(restored.exitCode, restored.stdout + restored.stderr).toBe(0);
    const { database } = restored.json();
    const [endpoint] = database.endpoints;
    const client = await project.connect();
    const live = new pg.Client({
      host: endpoint.host,
      port: endpoint.port,
      user: client.user,
      password: String(client.password),
      database: database.databaseName,
    });
    await live.connect();
    try {
      expect((await live.query("SELECT name FROM people ORDER BY name")).rows).toEqual([
        { name: "Ada" },
        { name: "Grace" },
      ]);
      expect((await live.query("SELECT version FROM schema_migrations")).rows).toEqual([
        { version: "001_people" },
      ]);
    } finally {
      await live.end();
    }
    expect(await project.query("SELECT to_regclass('people') AS people")).toEqual([{ people: null }]);
  });

  test("nothing pending: no snapshot, no question", async () => {
    const before = (await snapshotsOf(project)).length;
    const end = await project.cli(["run", "--json"]);
    expect(end.exitCode).toBe(0);
    expect(end.json().outcome).toBe("nothing_to_do");
    expect(await snapshotsOf(project)).toHaveLength(before);
  });

  test("after a failed run the footer has the exact command, and what it would lose", async () => {
    await project.write({ "migrations/003_wrong.sql": "CREATE TABLE other (id int);\nSELECT 1/0;" });
    const end = await project.cli(["run", "--confirm"]);
    expect(end.exitCode).toBe(4);
    const [newest] = await snapshotsOf(project);
    expect(end.stdout).toContain(`migrate-remote snapshot restore ${newest.id} --stage live`);
    expect(end.stdout.replace(/\s+/g, " ")).toMatch(/loses all writes since \d\d:\d\d:\d\dZ/);
  });

  test("a recent snapshot will do, where somebody says so", async () => {
    const [newest, ...others] = await snapshotsOf(project);
    await project.write({ "migrations/003_wrong.sql": "CREATE TABLE other (id int);" });
    const end = await project.cli(["run", "--confirm", "--reuse-snapshot", "30m", "--json"]);
    expect(end.exitCode, end.stdout + end.stderr).toBe(0);
    expect(await ledgerOf(project, end.json().runId)).toMatchObject({ snapshot_id: newest.id });
    expect(await snapshotsOf(project)).toHaveLength(others.length + 1);
  });

  test("going without is possible for whoever says why, and the ledger keeps it", async () => {
    const before = (await snapshotsOf(project)).length;
    await project.write({ "migrations/004_more.sql": "CREATE TABLE more (id int);" });
    const why = "restore tested an hour ago";
    const end = await project.cli(["run", "--confirm", "--skip-snapshot", "--reason", why, "--json"]);
    expect(end.exitCode, end.stdout + end.stderr).toBe(0);
    expect(end.stderr).toContain(why);
    expect(await ledgerOf(project, end.json().runId)).toEqual({ snapshot_id: null, snapshot_skipped: why });
    expect(await snapshotsOf(project)).toHaveLength(before);
  });

  test("repairing history is a write like any other", async () => {
    const before = (await snapshotsOf(project)).length;
    const refused = await project.cli(["fix-history", "--revision", "003"]);
    expect(refused.exitCode).toBe(5);
    expect(refused.stderr).toContain("will say 003_wrong");
    expect(refused.stderr).toContain("- 004_more  taken out, not undone");
    const end = await project.cli(["fix-history", "--revision", "003", "--confirm", "--json"]);
    expect(end.exitCode, end.stdout + end.stderr).toBe(0);
    expect(await snapshotsOf(project)).toHaveLength(before + 1);
    expect(end.json().wayBack.snapshotId).toBe((await snapshotsOf(project))[0].id);
    expect(end.json().removed).toEqual(["004_more"]);
  });

  test("a repair that will be refused, or is not needed, takes no snapshot", async () => {
    const before = (await snapshotsOf(project)).length;
    const unneeded = await project.cli(["fix-history", "--confirm", "--json"]);
    expect(unneeded.exitCode, unneeded.stdout).toBe(0);
    expect(unneeded.json().outcome).toBe("nothing_to_do");
    const unknown = await project.cli(["fix-history", "--revision", "nowhere", "--confirm", "--json"]);
    expect(unknown.exitCode).toBe(2);
    expect(unknown.json().error.code).toBe("unknown_revision");
    await project.query("INSERT INTO schema_migrations (version) VALUES ('999_elsewhere')");
    const inconsistent = await project.cli(["fix-history", "--confirm", "--json"]);
    await project.query("DELETE FROM schema_migrations WHERE version = '999_elsewhere'");
    expect(inconsistent.exitCode).toBe(4);
    expect(inconsistent.json().error.code).toBe("inconsistent_history");
    expect(await snapshotsOf(project)).toHaveLength(before);
  });
});

describe("what a policy asks for that is not there", () => {
  test("point-in-time recovery that is off is refused before anything is written", async () => {
    const project = await guardedProject({ snapshot: "pointInTime" });
    try {
      const end = await project.cli(["run", "--confirm", "--json"]);
      expect(end.exitCode).toBe(5);
      expect(end.json().error).toMatchObject({ code: "point_in_time_off" });
      expect(await project.query("SELECT to_regclass('people') AS people")).toEqual([{ people: null }]);
    } finally {
      await project.dispose();
    }
  });

  test("an Aurora cluster is snapshotted as a cluster", async () => {
    const project = await guardedProject({ database: { cluster: "shop-aurora" } });
    try {
      const end = await project.cli(["run", "--confirm", "--json"]);
      expect(end.exitCode, end.stdout + end.stderr).toBe(0);
      expect((await snapshotsOf(project))[0]).toMatchObject({ kind: "cluster", database: "shop-aurora" });
      expect(end.json().wayBack).toMatchObject({ database: { kind: "cluster", identifier: "shop-aurora" } });
    } finally {
      await project.dispose();
    }
  });
});

describe("a run that stopped between two migrations", () => {
  // The function has time for one of them.
  const slow = (table: string) => `CREATE TABLE ${table} (id int); SELECT pg_sleep(4.1);`;
  const stage = { ...localStage, local: { ...localStage.local, timeout: 8 }, protected: true };
  let project: Project;
  let runId: string;
  beforeEach(async () => {
    project = await makeProject({
      migrations: { "001_a.sql": slow("a"), "002_b.sql": slow("b") },
      config: { stages: { live: stage } },
    });
    const detached = await project.cli(["run", "--confirm", "--detach", "--json"]);
    expect(detached.exitCode, detached.stdout + detached.stderr).toBe(0);
    runId = detached.json().runId;
    const state = "SELECT state FROM migrate_remote.runs";
    await expect
      .poll(() => project.query(state).catch(() => []), { timeout: 60_000 })
      .toEqual([{ state: "paused" }]);
  });
  afterEach(() => project.dispose());

  test("goes on while its snapshot is there", async () => {
    const end = await project.cli(["attach", runId, "--json"]);
    expect(end.exitCode, end.stdout + end.stderr).toBe(0);
    expect(end.json()).toMatchObject({ outcome: "applied", wayBack: { kind: "snapshot" } });
    expect(await project.query("SELECT version FROM schema_migrations ORDER BY 1")).toEqual([
      { version: "001_a" },
      { version: "002_b" },
    ]);
  });

  test("does not go on without it", async () => {
    expect((await project.cli(["snapshot", "prune", "--keep", "0", "--confirm"])).exitCode).toBe(0);
    const end = await project.cli(["attach", runId, "--json"]);
    expect(end.exitCode, end.stdout).toBe(5);
    expect(end.json().error.code).toBe("way_back_missing");
    expect(await project.query("SELECT version FROM schema_migrations")).toEqual([{ version: "001_a" }]);
  });
});

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockKey } from "../../../src/handler/lock.js";
import {
  expectError,
  expectSuccess,
  newRunId,
  farSide as typescriptFarSide,
} from "../../support/far-side.js";
import { eachInItsOwnDatabase } from "../../support/own-database.js";
import { onServer, password, rowsOf, until, urlOf } from "../../support/postgres.js";
import { hasPython } from "../../support/python.js";
import { counting, executions, farSides, hasLedger, hurried, ledger, patience, sleeping } from "./support.js";

describe.skipIf(!hasPython("jsonschema"))("the ledger, as Python keeps it", { timeout: patience }, () => {
  const { farSide, remove } = farSides();
  const database = eachInItsOwnDatabase();
  let runId: string;
  beforeEach(() => {
    runId = newRunId();
  });
  afterEach(remove);

  describe("and TypeScript: one table, whoever wrote it", () => {
    it("is made alike", async () => {
      const other = await database.another();
      await farSide(database.url, counting).fence(runId);
      await typescriptFarSide(other, {}).fence(runId);
      const shape =
        "SELECT attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid), col_description(attrelid, 0) " +
        "FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum " +
        "WHERE attrelid = 'migrate_remote.runs'::regclass AND attnum > 0 ORDER BY attnum";
      expect(await rowsOf(database.url, shape)).toEqual(await rowsOf(other, shape));
    });

    it("what Python wrote, TypeScript reads as Python does", async () => {
      const python = farSide(database.url, counting);
      const typescript = typescriptFarSide(database.url, {});
      await python.run({ run: { runId, requestedBy: "ada", gitCommit: "abc" } });
      const refused = newRunId();
      await python.run({ targetRevision: "999", run: { runId: refused } });
      const fenced = newRunId();
      await python.fence(fenced);
      const failed = newRunId();
      await farSide(database.url, { ...counting, "004_bad": "SELECT nix" }).run({ run: { runId: failed } });
      const listed = expectSuccess(await typescript.listRuns());
      expect(listed.runs).toEqual(expectSuccess(await python.listRuns()).runs);
      expect(listed.runs?.map(({ state }) => state)).toEqual(["failed", "fenced", "refused", "succeeded"]);
      for (const id of [runId, refused, fenced, failed])
        expect((await typescript.runResult(id)).run).toEqual((await python.runResult(id)).run);
    });

    it("what TypeScript wrote, Python reads as TypeScript does", async () => {
      const typescript = typescriptFarSide(database.url, counting);
      const python = farSide(database.url, counting);
      await typescript.run({ run: { runId, requestedBy: "ada", snapshotSkipped: "it is a test" } });
      const failed = newRunId();
      await typescriptFarSide(database.url, { ...counting, "004_bad": "SELECT nix" }).run({
        run: { runId: failed },
      });
      expect((await python.listRuns()).runs).toEqual((await typescript.listRuns()).runs);
      for (const id of [runId, failed])
        expect((await python.runResult(id)).run).toEqual((await typescript.runResult(id)).run);
      const again = expectSuccess(await python.run({ run: { runId } }));
      expect(again.run).toMatchObject({ state: "succeeded", engine: "sql" });
      expect(await executions(database.url)).toEqual(["002", "003"]);
    });

    it("a paused run of one keeps the other out, and is fenced by it", async () => {
      const python = farSide(database.url, counting);
      const isLate = () => python.logs.some(({ event }) => event === "migration_applied");
      expect((await python.run({ run: { runId } }, hurried(isLate))).run?.state).toBe("paused");
      const typescript = typescriptFarSide(database.url, { "001_other": "SELECT 1" });
      expect(expectError(await typescript.run(), "locked").lock).toMatchObject({ runId });
      expect((await typescript.fence(runId)).run).toMatchObject({ state: "fenced", applied: ["001_counts"] });
      expectError(await python.run({ run: { runId, part: 2 } }), "fenced");
    });

    it("a run at work of one keeps the other out", async () => {
      const python = farSide(database.url, { "001_slow": "SELECT pg_sleep(60)" });
      const running = python.run({ run: { runId } });
      const pid = await sleeping(database.url);
      expect(expectError(await typescriptFarSide(database.url, counting).run(), "locked").lock).toMatchObject(
        {
          runId,
          pid,
        },
      );
      await rowsOf(database.url, "SELECT pg_cancel_backend($1)", [pid]);
      await running;
      const slow = typescriptFarSide(database.url, { "001_slow": "SELECT pg_sleep(60)" }).run({
        run: { runId: newRunId() },
      });
      const other = await sleeping(database.url);
      expect(expectError(await python.run(), "locked").lock).toMatchObject({ pid: other });
      await rowsOf(database.url, "SELECT pg_cancel_backend($1)", [other]);
      await slow;
    });
  });

  it("fences before a run, needs no lock, and says what stands afterwards", async () => {
    const far = farSide(database.url, counting);
    const fence = await onServer(database.url, async (client) => {
      await client.query("SELECT pg_advisory_lock($1, $2)", [...lockKey]);
      return expectSuccess(await far.fence(runId));
    });
    expect(fence.run).toMatchObject({
      runId,
      state: "fenced",
      part: 1,
      applied: [],
      requestedBy: "fence@test",
    });
    const report = await far.run({ run: { runId } });
    expect(expectError(report, "fenced").message).toContain("by fence@test");
    expect(report.run).toEqual(fence.run);
    expect(expectSuccess(await far.fence(runId)).run).toEqual(fence.run);
    const done = newRunId();
    await far.run({ run: { runId: done } });
    expect((await far.fence(done)).run).toMatchObject({ state: "succeeded", report: { success: true } });
  });

  it("a fence that is committed between reading and claiming stops the run", async () => {
    const far = farSide(database.url, counting);
    await far.fence(newRunId());
    const report = await onServer(database.url, async (client) => {
      await client.query("BEGIN");
      await client.query(
        "INSERT INTO migrate_remote.runs (run_id, state, operation, part) VALUES ($1, 'fenced', 'run', 1)",
        [runId],
      );
      const running = far.run({ run: { runId } });
      await until("the claim to wait", async () => {
        const waiting =
          "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database() AND query LIKE '%migrate_remote.runs%'";
        return (await rowsOf(database.url, waiting)).length > 0;
      });
      await client.query("COMMIT");
      return running;
    });
    expectError(report, "fenced");
    expect(await executions(database.url)).toEqual([]);
  });

  it("against a run at the same moment: exactly one of them wins, and both say who", async () => {
    for (let round = 0; round < 4; round += 1) {
      const id = newRunId();
      const far = farSide(database.url, counting);
      const [report, fence] = await Promise.all([far.run({ run: { runId: id } }), far.fence(id)]);
      const executed = (await executions(database.url)).length > 0;
      expect(report.run?.state).toBe(executed ? "succeeded" : "fenced");
      expect((await ledger(database.url)).find(({ run_id }) => run_id === id)?.state).toBe(report.run?.state);
      expect(executed ? ["running", "succeeded"] : ["fenced"]).toContain(fence.run?.state);
      await rowsOf(database.url, "DROP TABLE IF EXISTS counts, alembic_version");
    }
  });

  it("is made once by eight at once", async () => {
    const far = farSide(database.url, counting);
    const reports = await Promise.all(Array.from({ length: 8 }, () => far.fence(newRunId())));
    for (const report of reports) expect(expectSuccess(report).run?.state).toBe("fenced");
    expect(await ledger(database.url)).toHaveLength(8);
  });

  it("is not made by reading, and is no table of the application", async () => {
    const far = farSide(database.url, counting);
    const schemas = () => rowsOf(database.url, "SELECT nspname FROM pg_namespace ORDER BY 1");
    const before = await schemas();
    expectSuccess(await far.status());
    const { migrations } = expectSuccess(await far.dryRun());
    expect(migrations.map(({ sql }) => sql)).toEqual([
      expect.stringContaining("CREATE TABLE counts"),
      expect.stringContaining("'002'"),
      expect.stringContaining("'003'"),
    ]);
    expect(expectSuccess(await far.runResult(newRunId())).run).toBeUndefined();
    expect(expectSuccess(await far.listRuns()).runs).toEqual([]);
    expect(await schemas()).toEqual(before);
    expect(await rowsOf(database.url, "SELECT to_regclass('alembic_version') AS history")).toEqual([
      { history: null },
    ]);
    await far.fence(newRunId());
    expect(expectSuccess(await far.status()).state).toBe("empty");
  });

  it("of an older version gets what it lacks, of a newer one is used all the same", async () => {
    const far = farSide(database.url, counting);
    await far.fence(newRunId());
    await rowsOf(
      database.url,
      "ALTER TABLE migrate_remote.runs DROP COLUMN snapshot_skipped, DROP COLUMN from_revisions, ADD COLUMN later int",
    );
    expect(expectSuccess(await far.listRuns()).runs).toMatchObject([{ state: "fenced", fromRevisions: [] }]);
    const ran = await far.run({ run: { snapshotSkipped: "it is a test" } });
    expect(ran.run).toMatchObject({ state: "succeeded", snapshotSkipped: "it is a test" });
  });

  it("a row that no handler wrote is an error that names the run", async () => {
    const far = farSide(database.url, counting);
    await far.fence(newRunId());
    await rowsOf(
      database.url,
      "INSERT INTO migrate_remote.runs (run_id, state, operation, part) VALUES ($1, 'dancing', 'run', 1)",
      [runId],
    );
    expect(expectError(await far.runResult(runId), "internal_error").message).toContain(runId);
  });

  it("without the right to make it nothing is executed, and the hint is the statement that helps", async () => {
    const role = `limited_${database.name}`;
    await rowsOf(
      database.url,
      `CREATE ROLE ${role} LOGIN PASSWORD '${password}'; GRANT ALL ON SCHEMA public TO ${role}`,
    );
    const far = farSide(urlOf(database.port, database.name, role), counting);
    const report = await far.run();
    const grant = `GRANT CREATE ON DATABASE "${database.name}" TO "${role}"`;
    expect(expectError(report, "permission_denied").hint).toContain(grant);
    expect(report.run).toBeUndefined();
    expect(await hasLedger(database.url)).toBe(false);
    await rowsOf(database.url, grant);
    expectSuccess(await far.run());
    expect(await executions(database.url)).toEqual(["002", "003"]);
    await rowsOf(database.url, `DROP OWNED BY ${role}; DROP ROLE ${role}`);
  });
});

import { describe, expect, it } from "vitest";
import { expectError, expectSuccess, farSide, newRunId } from "../../support/far-side.js";
import { eachInItsOwnDatabase } from "../../support/own-database.js";
import { password, rowsOf, urlOf } from "../../support/postgres.js";
import { counting, executions, hasLedger, ledger } from "./support.js";

const database = eachInItsOwnDatabase();

const schemas = () => rowsOf(database.url, "SELECT nspname FROM pg_namespace ORDER BY 1");

describe("reading", () => {
  it("creates nothing; without a ledger nothing is known", async () => {
    const far = farSide(database.url, counting);
    const before = await schemas();
    expectSuccess(await far.status());
    expectSuccess(await far.dryRun());
    expect(expectSuccess(await far.runResult(newRunId())).run).toBeUndefined();
    expect(expectSuccess(await far.listRuns()).runs).toEqual([]);
    expect(await schemas()).toEqual(before);
  });

  it("lists the newest first, without their reports", async () => {
    const far = farSide(database.url, counting);
    const ids = [newRunId(), newRunId(), newRunId()];
    await far.run({ run: { runId: ids[0] ?? "", requestedBy: "ada" } });
    await far.run({ targetRevision: "9", run: { runId: ids[1] ?? "" } });
    await far.fence(ids[2] ?? "");
    const { runs } = expectSuccess(await far.listRuns());
    expect(runs).toMatchObject([
      { runId: ids[2], state: "fenced" },
      { runId: ids[1], state: "refused", error: { code: "unknown_revision" } },
      { runId: ids[0], state: "succeeded", requestedBy: "ada" },
    ]);
    expect(runs?.some((run) => "report" in run)).toBe(false);
    expect(expectSuccess(await far.listRuns(2)).runs).toHaveLength(2);
    expect(expectSuccess(await far.runResult(newRunId())).run).toBeUndefined();
  });

  it("cuts a list that no answer could carry", async () => {
    const far = farSide(database.url, counting);
    await far.fence(newRunId());
    await rowsOf(
      database.url,
      "INSERT INTO migrate_remote.runs (run_id, state, operation, part, applied) " +
        "SELECT 'big' || i, 'succeeded', 'run', 1, array(SELECT repeat('x', 200) FROM generate_series(1, 1000)) FROM generate_series(1, 40) i",
    );
    const report = expectSuccess(await far.listRuns(100));
    expect(report.problems).toMatchObject([{ code: "report_cut" }]);
    expect(report.runs?.length).toBeGreaterThan(5);
    expect(JSON.stringify(report).length).toBeLessThan(4_000_000);
  });

  it("says what it cannot read", async () => {
    const far = farSide(database.url, counting);
    for (const operation of ["run_result", "fence_run"])
      expect(await far.handler({ admin_operation: operation })).toMatchObject({
        success: false,
        error: { code: "invalid_event" },
      });
    expect(await far.handler({ admin_operation: "list_runs", parameters: { limit: 0 } })).toMatchObject({
      operation: "list-runs",
      error: { code: "invalid_event" },
    });
  });
});

it("is no table of the application", async () => {
  await farSide(database.url, counting).fence(newRunId());
  const far = farSide(database.url, counting);
  expect(expectSuccess(await far.status()).state).toBe("empty");
  expectSuccess(await far.run());
  await rowsOf(database.url, "DELETE FROM schema_migrations; DELETE FROM counts");
  // Recognised although the ledger stands beside the application's tables.
  const small = farSide(database.url, { "001_counts": counting["001_counts"] });
  expect(expectSuccess(await small.fixHistory()).currentRevisions).toEqual(["001_counts"]);
});

describe("without the right to make it", () => {
  const limited = async () => {
    const role = `limited_${database.name}`;
    await rowsOf(
      database.url,
      `CREATE ROLE ${role} LOGIN PASSWORD '${password}'; GRANT ALL ON SCHEMA public TO ${role}`,
    );
    return { role, far: farSide(urlOf(database.port, database.name, role), counting) };
  };
  const forget = (role: string) => rowsOf(database.url, `DROP OWNED BY ${role}; DROP ROLE ${role}`);

  it("nothing is executed, and the hint is the statement that helps", async () => {
    const { role, far } = await limited();
    const report = await far.run();
    const error = expectError(report, "permission_denied");
    const grant = `GRANT CREATE ON DATABASE "${database.name}" TO "${role}"`;
    expect(error.hint).toContain(grant);
    expect(report.run).toBeUndefined();
    expectError(await far.fence(newRunId()), "permission_denied");
    expectSuccess(await far.status());
    expect(await executions(database.url)).toEqual([]);
    expect(await hasLedger(database.url)).toBe(false);
    await rowsOf(database.url, grant);
    expectSuccess(await far.run());
    expect(await executions(database.url)).toEqual(["002", "003"]);
    await forget(role);
  });

  it("also in a schema that somebody made already", async () => {
    const { role, far } = await limited();
    await rowsOf(database.url, "CREATE SCHEMA migrate_remote");
    const grant = `GRANT USAGE, CREATE ON SCHEMA migrate_remote TO "${role}"`;
    expect(expectError(await far.run(), "permission_denied").hint).toContain(grant);
    await rowsOf(database.url, grant);
    expectSuccess(await far.run());
    await forget(role);
  });

  it("of its table, once another user made it", async () => {
    await farSide(database.url, counting).fence(newRunId());
    const { role, far } = await limited();
    const report = await far.run();
    const grant = `GRANT USAGE ON SCHEMA migrate_remote TO "${role}"; GRANT SELECT, INSERT, UPDATE ON migrate_remote.runs TO "${role}"`;
    expect(expectError(report, "permission_denied").hint).toContain(grant);
    await rowsOf(database.url, grant);
    expectSuccess(await far.run());
    await forget(role);
  });
});

describe("another version's table", () => {
  it("that is older gets the missing columns, once", async () => {
    const far = farSide(database.url, counting);
    await far.fence(newRunId());
    await rowsOf(
      database.url,
      "ALTER TABLE migrate_remote.runs DROP COLUMN snapshot_skipped, DROP COLUMN history_repaired, DROP COLUMN from_revisions",
    );
    expect(expectSuccess(await far.listRuns()).runs).toMatchObject([{ state: "fenced", fromRevisions: [] }]);
    const reports = await Promise.all(Array.from({ length: 4 }, () => far.fence(newRunId())));
    for (const report of reports) expectSuccess(report);
    const ran = await far.run({ run: { snapshotSkipped: "it is a test" } });
    expect(ran.run).toMatchObject({ state: "succeeded", snapshotSkipped: "it is a test" });
  });

  it("that is newer is written and read all the same", async () => {
    const far = farSide(database.url, counting);
    await far.fence(newRunId());
    await rowsOf(database.url, "ALTER TABLE migrate_remote.runs ADD COLUMN later jsonb DEFAULT '{}'");
    expectSuccess(await far.run());
    expect(await ledger(database.url)).toHaveLength(2);
  });
});

it("keeps what PostgreSQL's JSON cannot hold", async () => {
  const far = farSide(database.url, { "001_bad": "SELECT '\ud800', nix" });
  const report = await far.run();
  expectError(report, "migration_failed");
  expect(report.run?.state).toBe("failed");
});

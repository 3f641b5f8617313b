import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { makeRunId } from "../../../src/contract/run-id.js";
import { lockKey } from "../../../src/handler/lock.js";
import { expectError, expectSuccess, newRunId, told } from "../../support/far-side.js";
import { eachInItsOwnDatabase } from "../../support/own-database.js";
import { onServer, rowsOf, until, urlOf } from "../../support/postgres.js";
import { startProxy } from "../../support/proxy.js";
import { hasPython } from "../../support/python.js";
import { all, counting, executions, farSides, hasLedger, ledger, patience, sleeping } from "./support.js";

describe.skipIf(!hasPython("jsonschema"))("a run of the Python handler", { timeout: patience }, () => {
  const { farSide, remove } = farSides();
  const database = eachInItsOwnDatabase();
  let runId: string;
  beforeEach(() => {
    runId = newRunId();
  });
  afterEach(remove);

  it("is recorded, and its event delivered again executes nothing", async () => {
    const far = farSide(database.url, counting);
    const { plan } = await far.dryRun();
    const run = {
      runId,
      planId: plan?.id ?? "",
      requestedBy: "ada@büro",
      requestedFrom: "https://ci.example/7",
      gitCommit: "abc123",
      snapshotId: "before-7",
    };
    const first = expectSuccess(await far.run({ run }));
    const { planId: _, ...identity } = run;
    expect(first.run).toEqual({
      ...identity,
      state: "succeeded",
      operation: "run",
      part: 1,
      plan,
      engine: "alembic",
      fromRevisions: [],
      toRevisions: ["003_second"],
      applied: Object.keys(counting),
      startedAt: expect.stringMatching(/^20.*Z$/),
      finishedAt: expect.stringMatching(/^20.*Z$/),
    });
    // Hours later, by another handler, after other runs.
    const later = farSide(database.url, { ...counting, "004_more": "INSERT INTO counts VALUES ('004')" });
    expectSuccess(await later.run());
    const again = expectSuccess(await later.run({ run }));
    expect(again.run).toEqual(first.run);
    expect(told(again)).toEqual(told(first));
    expect(again.plan).toEqual(plan);
    expect(later.logs.map(({ event }) => event)).toContain("duplicate_delivery");
    expect(await executions(database.url)).toEqual([...all, "004"]);
    const { run: kept } = expectSuccess(await later.runResult(runId));
    expect(kept).toEqual({ ...first.run, report: expect.anything() });
    expect(kept?.report).toMatchObject({ success: true, state: "up_to_date", migrations: first.migrations });
  });

  it("is over after it failed, and what stood then is told again", async () => {
    const broken = { ...counting, "003_second": "SELECT nix" };
    const first = await farSide(database.url, broken).run({ run: { runId } });
    expect(expectError(first, "migration_failed")).toMatchObject({
      revision: "003_second",
      sqlstate: "42703",
    });
    expect(told(first)).toEqual(["001_counts applied", "002_first applied", "003_second failed"]);
    expect(first.run).toMatchObject({
      state: "failed",
      applied: ["001_counts", "002_first"],
      toRevisions: ["002_first"],
    });
    // The function was repaired meanwhile, but this run is over.
    const repaired = farSide(database.url, counting);
    const again = await repaired.run({ run: { runId } });
    expect(expectError(again, "migration_failed")).toEqual(first.error);
    expect(again.run).toEqual(first.run);
    expect(await executions(database.url)).toEqual(["002"]);
    expectSuccess(await repaired.run());
    expect(await executions(database.url)).toEqual(all);
  });

  it("is refused for good where it was refused once", async () => {
    const far = farSide(database.url, counting);
    const first = await far.run({ run: { runId, planId: "0".repeat(64) } });
    expectError(first, "plan_changed");
    expect(first.run).toMatchObject({ state: "refused", applied: [], error: { code: "plan_changed" } });
    const again = await far.run({ run: { runId } });
    expect(expectError(again, "plan_changed")).toEqual(first.error);
    const unknown = await far.run({ targetRevision: "999" });
    expect(expectError(unknown, "unknown_revision").hint).toBeTruthy();
    expect(unknown.run?.state).toBe("refused");
    expect(await executions(database.url)).toEqual([]);
  });

  it("stops at its target, and a target behind is refused", async () => {
    const far = farSide(database.url, counting);
    const report = expectSuccess(await far.run({ targetRevision: "002" }));
    expect(told(report)).toEqual(["001_counts applied", "002_first applied", "003_second pending"]);
    expect(report.plan).toMatchObject({ target: "002_first", revisions: ["001_counts", "002_first"] });
    expectError(await far.run({ targetRevision: "001_counts" }), "target_behind_current");
    const { plan, migrations } = expectSuccess(await far.dryRun({ targetRevision: "+1" }));
    expect(plan).toMatchObject({
      from: ["002_first"],
      target: "003_second",
      revisions: ["003_second"],
    });
    expect(migrations.at(-1)?.sql).toContain("INSERT INTO counts VALUES ('003')");
    expect(await executions(database.url)).toEqual(["002"]);
  });

  it("repairs history first where it is asked to, of which nothing stands before it is recorded", async () => {
    await rowsOf(database.url, counting["001_counts"]);
    // Each with a change of the schema to be known by.
    const far = farSide(database.url, {
      "001_counts": counting["001_counts"],
      "002_first": `${counting["002_first"]}; ALTER TABLE counts ADD COLUMN a int`,
      "003_second": `${counting["003_second"].replace("counts", "counts (of)")}; ALTER TABLE counts ADD COLUMN b int`,
    });
    expectError(await far.run({ fixHistory: true, targetRevision: "999" }), "unknown_revision");
    expect(await rowsOf(database.url, "SELECT to_regclass('alembic_version') AS history")).toEqual([
      { history: null },
    ]);
    expectError(await far.run(), "history_missing");
    const first = expectSuccess(await far.run({ fixHistory: true, run: { runId } }));
    expect(told(first)).toEqual(["001_counts recorded", "002_first applied", "003_second applied"]);
    expect(first.run).toMatchObject({
      state: "succeeded",
      applied: ["002_first", "003_second"],
      toRevisions: ["003_second"],
    });
    expect(first.run?.plan).toMatchObject({ from: ["001_counts"], revisions: ["002_first", "003_second"] });
    expect(
      await rowsOf(database.url, "SELECT history_repaired FROM migrate_remote.runs WHERE run_id = $1", [
        runId,
      ]),
    ).toEqual([{ history_repaired: true }]);
    expect((await far.run({ fixHistory: true, run: { runId } })).run).toEqual(first.run);
    expect(await executions(database.url)).toEqual(all);
  });

  it("of fix-history writes what it is told, once", async () => {
    for (const text of Object.values(counting)) await rowsOf(database.url, text);
    const far = farSide(database.url, counting);
    const operation = { kind: "fix-history", revision: "003_second", run: { runId, part: 1 } } as const;
    const first = expectSuccess(await far.ask(operation));
    expect(told(first)).toEqual(["001_counts recorded", "002_first recorded", "003_second recorded"]);
    expect(first.run).toMatchObject({
      state: "succeeded",
      operation: "fix-history",
      applied: [],
      toRevisions: ["003_second"],
    });
    await rowsOf(database.url, "DELETE FROM alembic_version");
    expect(told(expectSuccess(await far.ask(operation)))).toEqual(told(first));
    expect(await rowsOf(database.url, "SELECT FROM alembic_version")).toEqual([]);
    // Back as well: history says what a person says.
    expectSuccess(await far.fixHistory("003_second"));
    const back = expectSuccess(await far.fixHistory("001_counts"));
    expect(told(back)).toEqual(["001_counts applied", "002_first removed", "003_second removed"]);
    expect(expectSuccess(await far.fixHistory("001_counts")).run).toBeUndefined();
    expect(await executions(database.url)).toEqual(all);
  });

  it("of fix-history does what its dry-run told, and refuses where history changed since", async () => {
    for (const text of Object.values(counting)) await rowsOf(database.url, text);
    const far = farSide(database.url, counting);
    const dryRun = (revision: string) => far.ask({ kind: "fix-history-dry-run", revision });
    const shown = expectSuccess(await dryRun("002_first"));
    expect(told(shown)).toEqual(["001_counts recorded", "002_first recorded", "003_second pending"]);
    expect(shown.plan).toMatchObject({ from: [], target: "002_first", revisions: [] });
    expect(await rowsOf(database.url, "SELECT to_regclass('alembic_version') AS history")).toEqual([
      { history: null },
    ]);
    const send = (run: string) =>
      far.ask({
        kind: "fix-history",
        revision: "002_first",
        run: { runId: run, part: 1, planId: shown.plan?.id ?? "" },
      });
    expect(told(expectSuccess(await send(runId)))).toEqual(told(shown));
    expect((await dryRun("002_first")).plan).toBeUndefined();

    const forth = expectSuccess(await dryRun("003_second"));
    await rowsOf(database.url, "INSERT INTO alembic_version VALUES ('gone')");
    const run = { runId: newRunId(), part: 1, planId: forth.plan?.id ?? "" };
    expectError(await far.ask({ kind: "fix-history", revision: "003_second", run }), "plan_changed");
    expect(told(expectSuccess(await dryRun("003_second")))).toEqual([
      "001_counts applied",
      "002_first applied",
      "003_second recorded",
      "gone removed",
    ]);
    expectError(await dryRun("nowhere"), "unknown_revision");
    expect(await rowsOf(database.url, "SELECT version_num FROM alembic_version ORDER BY 1")).toEqual([
      { version_num: "002_first" },
      { version_num: "gone" },
    ]);
  });

  it("writes nothing where nothing is to be done, nor for an event that is refused unread", async () => {
    const far = farSide(database.url, counting);
    expect(await far.invoke({ admin_operation: "run_migrations", run_id: runId })).toMatchObject({
      success: false,
      error: { code: "confirm_required" },
    });
    const nameless = {
      admin_operation: "run_migrations",
      parameters: { target_revision: "9" },
      confirm: true,
    };
    expect(await far.invoke(nameless)).toMatchObject({ error: { code: "unknown_revision" } });
    for (const event of [{}, null, { Records: [] }])
      await expect(far.invoke(event)).rejects.toThrow(/ValueError: This Lambda migrates a database/);
    expect(await hasLedger(database.url)).toBe(false);
    await far.run();
    const before = await ledger(database.url);
    expect(expectSuccess(await far.run({ run: { runId } })).run).toBeUndefined();
    expect(expectSuccess(await far.fixHistory()).run).toBeUndefined();
    expect(await ledger(database.url)).toEqual(before);
  });

  it("begins with an empty event where the handler was made for it", async () => {
    const far = farSide(database.url, counting, { empty_event: "run" });
    expect(await far.invoke({})).toMatchObject({
      success: true,
      migrations_applied: Object.keys(counting),
      migrations_skipped: [],
    });
    expect(await far.invoke(null)).toMatchObject({
      success: true,
      migrations_applied: [],
      migrations_skipped: Object.keys(counting),
    });
    expect(await executions(database.url)).toEqual(all);
  });

  it("delivered eight times at once is executed once, and all deliveries end up saying the same", async () => {
    const far = farSide(database.url, { ...counting, "004_slow": "SELECT pg_sleep(0.3)" });
    const reports = await Promise.all(Array.from({ length: 8 }, () => far.run({ run: { runId } })));
    for (const { success, error } of reports) expect(success || error?.code === "already_running").toBe(true);
    expect(reports.filter(({ success }) => success)).not.toHaveLength(0);
    expect(await executions(database.url)).toEqual(all);
    const later = await Promise.all([far.run({ run: { runId } }), far.run({ run: { runId } })]);
    for (const report of later) expect(report.run).toMatchObject({ state: "succeeded" });
    expect(await ledger(database.url)).toEqual([{ run_id: runId, state: "succeeded", part: 1 }]);
  });

  it("of eight at once: one applies, the others are locked out or find nothing to do", async () => {
    const far = farSide(database.url, counting);
    const reports = await Promise.all(Array.from({ length: 8 }, () => far.run()));
    for (const { success, error } of reports) expect(success || error?.code === "locked").toBe(true);
    expect(await executions(database.url)).toEqual(all);
    expect((await ledger(database.url)).filter(({ state }) => state === "succeeded")).toHaveLength(1);
  });

  it("that is executing is already_running, with its backend, and keeps others out", async () => {
    const far = farSide(database.url, { ...counting, "004_slow": "SELECT pg_sleep(60)" });
    const running = far.run({ run: { runId, requestedBy: "ada@büro 7" } });
    const pid = await sleeping(database.url);
    const again = await far.run({ run: { runId } });
    expect(expectError(again, "already_running").message).toContain(`pid ${pid}`);
    expect(again.run).toMatchObject({ state: "running", pid });
    const other = expectError(await far.run(), "locked");
    expect(other.lock).toMatchObject({ runId, pid, requestedBy: "ada@b_ro_7" });
    expect(expectSuccess(await far.runResult(runId)).run).toMatchObject({ state: "running", pid });
    expect((await far.status()).problems).toMatchObject([{ code: "run_at_work" }]);
    // Applied so far, for who looks meanwhile.
    expect((await far.listRuns()).runs?.find((run) => run.runId === runId)?.applied).toEqual(
      Object.keys(counting),
    );
    await rowsOf(database.url, "SELECT pg_cancel_backend($1)", [pid]);
    expectError(await running, "migration_failed");
    expect(await executions(database.url)).toEqual(all);
  });

  it("whose twin has not claimed yet is already_running too", async () => {
    const far = farSide(database.url, counting);
    await onServer(database.url, async (client) => {
      await client.query("SELECT set_config('application_name', $1, false)", [`migrate-remote ${runId} ada`]);
      await client.query("SELECT pg_advisory_lock($1, $2)", [...lockKey]);
      const report = await far.run({ run: { runId } });
      expectError(report, "already_running");
      expect(report.run).toBeUndefined();
      expectError(await far.run(), "locked");
    });
    expectSuccess(await far.run({ run: { runId } }));
  });

  it("is not executed where its claim was committed without an answer", async () => {
    const far = farSide(database.url, counting);
    await far.fence(newRunId());
    const proxy = await startProxy(database.port, "INSERT INTO migrate_remote.runs");
    try {
      const cut = farSide(urlOf(proxy.port, database.name), counting);
      const report = await cut.run({ run: { runId } });
      expectError(report, "database_unreachable");
      expect(report.run).toBeUndefined();
    } finally {
      await proxy.close();
    }
    const run = await until("the backend to be gone", async () => {
      const { run } = await far.runResult(runId);
      return run?.state === "running" ? undefined : run;
    });
    expect(run).toMatchObject({ state: "interrupted", applied: [] });
    expect(expectError(await far.run({ run: { runId } }), "interrupted").message).toContain("None of its 3");
    expect(await executions(database.url)).toEqual([]);
  });

  it("that released the lock itself and goes on keeps others out", async () => {
    const far = farSide(database.url, {
      "001_unlock": "SELECT pg_advisory_unlock_all(); SELECT pg_sleep(60)",
    });
    const running = far.run({ run: { runId } });
    const pid = await sleeping(database.url);
    const other = await far.run();
    expect(expectError(other, "locked").lock).toMatchObject({ runId, pid });
    expect(other.error?.message).toContain("though its lock is gone");
    expectError(await far.run({ run: { runId } }), "already_running");
    await rowsOf(database.url, "SELECT pg_cancel_backend($1)", [pid]);
    expect((await running).run).toMatchObject({ state: "failed", applied: [] });
  });

  it("that released the lock itself stops there", async () => {
    const far = farSide(database.url, {
      "001_unlock": "SELECT pg_advisory_unlock_all()",
      "002_b": "CREATE TABLE b ()",
    });
    const report = await far.run();
    expectError(report, "lock_lost");
    expect(report.migrations.at(-1)).toMatchObject({ revision: "002_b", status: "not_executed" });
  });

  it("that was asked for more than a day ago is not begun any more", async () => {
    const far = farSide(database.url, counting);
    const old = makeRunId(new Date(Date.now() - 25 * 3_600_000), new Uint8Array([1, 2, 3, 4]));
    const report = await far.run({ run: { runId: old } });
    expect(expectError(report, "fenced").message).toContain("more than a day ago");
    expect(report.run).toMatchObject({ runId: old, state: "refused", applied: [] });
    expect(await executions(database.url)).toEqual([]);
  });
});

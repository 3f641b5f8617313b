import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { expectError, expectSuccess, newRunId, told } from "../../support/far-side.js";
import { eachInItsOwnDatabase } from "../../support/own-database.js";
import { rowsOf } from "../../support/postgres.js";
import { hasPython } from "../../support/python.js";
import { executesOnce } from "../ledger/suite-once.js";
import { recordsEachRun } from "../ledger/suite-recorded.js";
import { all, counting, executions, farSides, hasLedger, ledger, patience, sleeping } from "./support.js";

describe.skipIf(!hasPython("jsonschema"))("a run of the Python handler", { timeout: patience }, () => {
  const { farSide, remove } = farSides();
  const database = eachInItsOwnDatabase();
  let runId: string;
  beforeEach(() => {
    runId = newRunId();
  });
  afterEach(remove);

  const kind = { engine: "alembic", history: "alembic_version", farSide };
  recordsEachRun(kind, database);
  executesOnce(kind, database);

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

  it("of fix-history takes away too: history says what a person says", async () => {
    for (const text of Object.values(counting)) await rowsOf(database.url, text);
    const far = farSide(database.url, counting);
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

  it("that is executing is told by status", async () => {
    const far = farSide(database.url, { ...counting, "004_slow": "SELECT pg_sleep(60)" });
    const running = far.run();
    const pid = await sleeping(database.url);
    expect((await far.status()).problems).toMatchObject([{ code: "run_at_work" }]);
    await rowsOf(database.url, "SELECT pg_cancel_backend($1)", [pid]);
    expectError(await running, "migration_failed");
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
});

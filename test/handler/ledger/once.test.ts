import { beforeEach, describe, expect, it } from "vitest";
import { makeRunId } from "../../../src/contract/run-id.js";
import { lockKey } from "../../../src/handler/lock.js";
import {
  expectError,
  expectSuccess,
  farSide,
  newRunId,
  type RunOptions,
  told,
} from "../../support/far-side.js";
import { eachInItsOwnDatabase } from "../../support/own-database.js";
import { onServer, rowsOf, until, urlOf } from "../../support/postgres.js";
import { startProxy } from "../../support/proxy.js";
import { counting, executions, hasLedger, ledger, sleeping } from "./support.js";

const database = eachInItsOwnDatabase();
let runId: string;
beforeEach(() => {
  runId = newRunId();
});

const all = ["002", "003"];

describe("a run that ended is recorded, and its event delivered again executes nothing", () => {
  it("after success", async () => {
    const far = farSide(database.url, counting);
    const plan = (await far.dryRun()).plan;
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
      engine: "sql",
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

  it("after failure", async () => {
    const broken = { ...counting, "003_second": "SELECT nix" };
    const first = await farSide(database.url, broken).run({ run: { runId } });
    expectError(first, "migration_failed");
    expect(first.run).toMatchObject({
      state: "failed",
      applied: ["001_counts", "002_first"],
      toRevisions: ["002_first"],
    });
    // The function was repaired meanwhile, but this run is over.
    const again = await farSide(database.url, counting).run({ run: { runId } });
    expect(expectError(again, "migration_failed")).toEqual(first.error);
    expect(again.run).toEqual(first.run);
    expect(await executions(database.url)).toEqual(["002"]);
    expectSuccess(await farSide(database.url, counting).run());
    expect(await executions(database.url)).toEqual(all);
  });

  it.each<[string, RunOptions]>([
    ["plan_changed", { run: { planId: "0".repeat(64) } }],
    ["unknown_revision", { targetRevision: "999" }],
  ])("after a refusal: %s", async (code, how) => {
    const far = farSide(database.url, counting);
    const first = await far.run({ ...how, run: { ...how.run, runId } });
    expectError(first, code);
    expect(first.run).toMatchObject({ state: "refused", applied: [], error: { code } });
    // What was refused would be possible now.
    const again = await far.run({ run: { runId } });
    expect(expectError(again, code)).toEqual(first.error);
    expect(again.run).toEqual(first.run);
    expect(await executions(database.url)).toEqual([]);
  });

  it("after it was locked out", async () => {
    const far = farSide(database.url, counting);
    await onServer(database.url, async (client) => {
      await client.query("SELECT pg_advisory_lock($1, $2)", [...lockKey]);
      const first = await far.run({ run: { runId } });
      expectError(first, "locked");
      expect(first.run).toMatchObject({ state: "refused", error: { code: "locked" } });
    });
    expectError(await far.run({ run: { runId } }), "locked");
    expect(await executions(database.url)).toEqual([]);
  });

  it("also of a run that repairs history first, of which nothing stands before it is recorded", async () => {
    await rowsOf(database.url, counting["001_counts"]);
    // Each with a change of the schema to be known by.
    const far = farSide(database.url, {
      "001_counts": counting["001_counts"],
      "002_first": `${counting["002_first"]} ALTER TABLE counts ADD COLUMN a int;`,
      "003_second": `${counting["003_second"]} ALTER TABLE counts ADD COLUMN b int;`,
    });
    const refused = await far.run({ fixHistory: true, targetRevision: "999" });
    expectError(refused, "unknown_revision");
    expect(await rowsOf(database.url, "SELECT to_regclass('schema_migrations') AS history")).toEqual([
      { history: null },
    ]);
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

  it("also of fix-history", async () => {
    for (const text of Object.values(counting)) await rowsOf(database.url, text);
    const far = farSide(database.url, counting);
    const operation = { kind: "fix-history", revision: "003_second", run: { runId, part: 1 } } as const;
    const first = expectSuccess(await far.ask(operation));
    expect(first.run).toMatchObject({
      state: "succeeded",
      operation: "fix-history",
      applied: [],
      toRevisions: ["003_second"],
    });
    await rowsOf(database.url, "DELETE FROM schema_migrations");
    expect(told(expectSuccess(await far.ask(operation)))).toEqual(told(first));
    expect(await rowsOf(database.url, "SELECT FROM schema_migrations")).toEqual([]);
  });
});

it("writes nothing where nothing is to be done, nor for an event that is refused unread", async () => {
  const far = farSide(database.url, counting);
  expect(await far.handler({ admin_operation: "run_migrations", run_id: runId })).toMatchObject({
    success: false,
  });
  expect(expectSuccess(await farSide(database.url, { migrations: {} }).run()).run).toBeUndefined();
  expect(await hasLedger(database.url)).toBe(false);
  await far.run();
  const before = await ledger(database.url);
  expect(expectSuccess(await far.run({ run: { runId } })).run).toBeUndefined();
  expect(expectSuccess(await far.fixHistory()).run).toBeUndefined();
  expect(await ledger(database.url)).toEqual(before);
});

it("records no refusal of a run that came without a name", async () => {
  const event = { admin_operation: "run_migrations", parameters: { target_revision: "999" }, confirm: true };
  const report = await farSide(database.url, counting).handler(event);
  expect(report).toMatchObject({ success: false, error: { code: "unknown_revision" } });
  expect(await hasLedger(database.url)).toBe(false);
});

describe("eight deliveries at once", () => {
  it("of one run execute it once, and all of them end up saying the same", async () => {
    const far = farSide(database.url, { ...counting, "004_slow": "SELECT pg_sleep(0.3)" });
    const reports = await Promise.all(Array.from({ length: 8 }, () => far.run({ run: { runId } })));
    for (const { success, error } of reports) expect(success || error?.code === "already_running").toBe(true);
    expect(reports.filter(({ success }) => success)).not.toHaveLength(0);
    expect(await executions(database.url)).toEqual(all);
    const later = await Promise.all(reports.map(() => far.run({ run: { runId } })));
    const [first] = later;
    expect(first?.run).toMatchObject({ state: "succeeded" });
    for (const report of later) expect(report.run).toEqual(first?.run);
    expect(await ledger(database.url)).toEqual([{ run_id: runId, state: "succeeded", part: 1 }]);
  });

  it("of eight runs: one applies, the others are locked out or find nothing to do", async () => {
    const far = farSide(database.url, counting);
    const reports = await Promise.all(Array.from({ length: 8 }, () => far.run()));
    for (const { success, error } of reports) expect(success || error?.code === "locked").toBe(true);
    expect(await executions(database.url)).toEqual(all);
    expect((await ledger(database.url)).filter(({ state }) => state === "succeeded")).toHaveLength(1);
  });

  it("make one ledger", async () => {
    const far = farSide(database.url, counting);
    const reports = await Promise.all(Array.from({ length: 8 }, () => far.fence(newRunId())));
    for (const report of reports) expect(expectSuccess(report).run?.state).toBe("fenced");
    expect(await ledger(database.url)).toHaveLength(8);
  });
});

describe("while it is executing", () => {
  const slow = { ...counting, "004_slow": "SELECT pg_sleep(60)" };

  it("the same run is already_running, with its backend, and never locked", async () => {
    const far = farSide(database.url, slow);
    const running = far.run({ run: { runId } });
    const pid = await sleeping(database.url);
    const again = await far.run({ run: { runId } });
    const error = expectError(again, "already_running");
    expect(error.message).toContain(`pid ${pid}`);
    expect(again.run).toMatchObject({ state: "running", pid });
    expect(again.run?.connected).toBeUndefined();
    const other = await far.run();
    expect(expectError(other, "locked").lock).toMatchObject({ runId, pid });
    expect(expectSuccess(await far.runResult(runId)).run).toMatchObject({ state: "running", pid });
    // Applied so far, for who looks meanwhile.
    expect((await far.listRuns()).runs?.find((run) => run.runId === runId)?.applied).toEqual(
      Object.keys(counting),
    );
    await rowsOf(database.url, "SELECT pg_cancel_backend($1)", [pid]);
    expectError(await running, "migration_failed");
    expect(await executions(database.url)).toEqual(all);
  });

  it("a twin that has not claimed yet counts too", async () => {
    const far = farSide(database.url, counting);
    await onServer(database.url, async (client) => {
      await client.query("SELECT set_config('application_name', $1, false)", [`migrate-remote ${runId} ada`]);
      await client.query("SELECT pg_advisory_lock($1, $2)", [...lockKey]);
      const report = await far.run({ run: { runId } });
      expectError(report, "already_running");
      expect(report.run).toBeUndefined();
    });
    expectSuccess(await far.run({ run: { runId } }));
  });
});

it("does not execute a run whose claim was committed without an answer", async () => {
  await farSide(database.url, counting).fence(newRunId());
  const proxy = await startProxy(database.port, "INSERT INTO migrate_remote.runs");
  try {
    const far = farSide(urlOf(proxy.port, database.name), counting);
    const report = await far.run({ run: { runId } });
    expectError(report, "database_unreachable");
    expect(report.run).toBeUndefined();
  } finally {
    await proxy.close();
  }
  const far = farSide(database.url, counting);
  const run = await until("the backend to be gone", async () => {
    const { run } = await far.runResult(runId);
    return run?.state === "running" ? undefined : run;
  });
  expect(run).toMatchObject({ state: "interrupted", applied: [] });
  expect(expectError(await far.run({ run: { runId } }), "interrupted").message).toContain("None of its 3");
  expect(await executions(database.url)).toEqual([]);
});

it("keeps others out of a run that released the lock itself and goes on", async () => {
  const far = farSide(database.url, { "001_unlock": "SELECT pg_advisory_unlock_all(); SELECT pg_sleep(60)" });
  const running = far.run({ run: { runId } });
  const pid = await sleeping(database.url);
  const other = await far.run();
  expect(expectError(other, "locked").lock).toMatchObject({ runId, pid });
  expect(other.error?.message).toContain("though its lock is gone");
  expectError(await far.run({ run: { runId } }), "already_running");
  await rowsOf(database.url, "SELECT pg_cancel_backend($1)", [pid]);
  expect((await running).run).toMatchObject({ state: "failed", applied: [] });
});

it("a run that was asked for more than a day ago is not begun any more", async () => {
  const far = farSide(database.url, counting);
  const old = makeRunId(new Date(Date.now() - 25 * 3_600_000), new Uint8Array([1, 2, 3, 4]));
  const report = await far.run({ run: { runId: old } });
  expect(expectError(report, "fenced").message).toContain("more than a day ago");
  expect(report.run).toMatchObject({ runId: old, state: "refused", applied: [] });
  expectSuccess(
    await far.run({ run: { runId: makeRunId(new Date(Date.now() - 23 * 3_600_000), new Uint8Array(4)) } }),
  );
  expect(await executions(database.url)).toEqual(all);
});

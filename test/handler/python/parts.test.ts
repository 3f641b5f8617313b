import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { expectError, expectSuccess, newRunId, told } from "../../support/far-side.js";
import { eachInItsOwnDatabase } from "../../support/own-database.js";
import { rowsOf } from "../../support/postgres.js";
import { hasPython } from "../../support/python.js";
import type { PythonFarSide } from "../../support/python-far-side.js";
import { all, counting, executions, farSides, hurried, ledger, patience } from "./support.js";

const isHere = hasPython("jsonschema");

describe.skipIf(!isHere)("a run of the Python handler in several parts", { timeout: patience }, () => {
  const { farSide, remove } = farSides();
  const database = eachInItsOwnDatabase();
  let runId: string;
  let far: PythonFarSide;
  beforeEach(() => {
    runId = newRunId();
    far = farSide(database.url, counting, { lease: "5m" });
  });
  afterEach(remove);

  const applied = (side = far) => side.logs.filter(({ event }) => event === "migration_applied").length;
  /** One part, which has time for one migration. */
  const part = (number: number, side = far, id = runId) => {
    const before = applied(side);
    return side.run(
      { run: { runId: id, part: number } },
      hurried(() => applied(side) > before),
    );
  };
  const leaseEnds = () =>
    rowsOf(database.url, "UPDATE migrate_remote.runs SET lease_until = now() WHERE state = 'paused'");

  it("pauses between two migrations and goes on until it is done", async () => {
    const { plan } = await far.dryRun();
    const first = expectSuccess(await part(1));
    expect(told(first)).toEqual(["001_counts applied", "002_first not_executed", "003_second not_executed"]);
    expect(first).toMatchObject({ part: 1, state: "pending_migrations", plan });
    expect(first.run).toMatchObject({ state: "paused", part: 1, plan, applied: ["001_counts"] });
    const lease = Date.parse(first.run?.leaseUntil ?? "") - Date.now();
    expect(lease).toBeGreaterThan(280_000);
    expect(lease).toBeLessThan(301_000);
    expect(far.logs.find(({ event }) => event === "run_paused")).toMatchObject({ run_id: runId });

    const second = expectSuccess(await part(2));
    expect(told(second)).toEqual(["001_counts applied", "002_first applied", "003_second not_executed"]);
    expect(second.run).toMatchObject({ state: "paused", part: 2, applied: ["001_counts", "002_first"] });
    expect(far.logs.filter(({ event }) => event === "migration_started").at(-1)).toMatchObject({
      index: 2,
      total: 3,
    });
    expect((await part(2)).run).toEqual(second.run);

    const third = expectSuccess(await far.run({ run: { runId, part: 3, planId: plan?.id ?? "" } }));
    expect(told(third)).toEqual(["001_counts applied", "002_first applied", "003_second applied"]);
    expect(third.run).toMatchObject({
      state: "succeeded",
      part: 3,
      plan,
      fromRevisions: [],
      toRevisions: ["003_second"],
    });
    expect(third.run?.leaseUntil).toBeUndefined();
    expect(await executions(database.url)).toEqual(all);
  });

  it("executes a part once that is delivered eight times at once", async () => {
    await part(1);
    const reports = await Promise.all(Array.from({ length: 8 }, () => far.run({ run: { runId, part: 2 } })));
    for (const { success, error } of reports) expect(success || error?.code === "already_running").toBe(true);
    expect(await executions(database.url)).toEqual(all);
    expect((await far.runResult(runId)).run).toMatchObject({ state: "succeeded", part: 2 });
  });

  it("does not take a part before its turn, nor a part of nothing", async () => {
    const report = await far.run({ run: { runId: newRunId(), part: 2 } });
    expect(expectError(report, "invalid_event").message).toContain("Part 2");
    expect(report.run?.state).toBe("refused");
    const paused = await part(1);
    expect((await part(3)).run).toEqual(paused.run);
    expect(await executions(database.url)).toEqual([]);
  });

  it("keeps other runs out until its lease ends, and is closed then", async () => {
    const paused = await part(1);
    const error = expectError(await far.run(), "locked");
    expect(error.lock).toMatchObject({ runId });
    expect(error.message).toContain(paused.run?.leaseUntil);
    await leaseEnds();
    expectSuccess(await far.run());
    expect(await executions(database.url)).toEqual(all);
    const late = await part(2);
    expect(expectError(late, "interrupted").message).toContain("paused after part 1");
    expect(late.run).toMatchObject({ state: "interrupted", applied: ["001_counts"] });
    expect(await executions(database.url)).toEqual(all);
  });

  it("refuses to go on where the rest is not the rest of its plan", async () => {
    expectSuccess(await part(1));
    const edited = farSide(database.url, {
      ...counting,
      "003_second": "INSERT INTO counts VALUES ('other')",
    });
    const report = await edited.run({ run: { runId, part: 2 } });
    expectError(report, "plan_changed");
    expect(report.run).toMatchObject({ state: "interrupted", applied: ["001_counts"] });
    expectError(await far.run({ run: { runId, part: 2 } }), "plan_changed");
    expect(await executions(database.url)).toEqual([]);
  });

  it("goes on to its own target, though more was deployed meanwhile", async () => {
    await part(1);
    const more = farSide(database.url, { ...counting, "004_more": "INSERT INTO counts VALUES ('004')" });
    const report = expectSuccess(await more.run({ run: { runId, part: 2 } }));
    expect(report.run).toMatchObject({ state: "succeeded", toRevisions: ["003_second"] });
    expect(told(report).at(-1)).toBe("004_more pending");
    expect(await executions(database.url)).toEqual(all);
  });

  it("is fenced between two parts, and keeps nobody out then", async () => {
    await part(1);
    expect(expectSuccess(await far.fence(runId)).run).toMatchObject({
      state: "fenced",
      applied: ["001_counts"],
    });
    const next = await part(2);
    expect(expectError(next, "fenced").message).toContain("1 of its 3 migrations stand");
    expect(told(next)).toEqual(["001_counts applied", "002_first not_executed", "003_second not_executed"]);
    expectSuccess(await far.run());
    expect(await executions(database.url)).toEqual(all);
  });

  it("puts a migration off that needs longer than is left", async () => {
    const slow = farSide(
      database.url,
      { ...counting, "002_first": "SELECT pg_sleep(30)" },
      { stop_before: "8s" },
    );
    const isBegun = () => slow.logs.some(({ event, index }) => event === "migration_started" && index === 2);
    let end = Number.POSITIVE_INFINITY;
    const context = {
      // Seven seconds from when the second one is begun, of which four are kept.
      getRemainingTimeInMillis: () => {
        if (isBegun() && end === Number.POSITIVE_INFINITY) end = Date.now() + 7000;
        return Math.min(end - Date.now(), 60_000);
      },
    };
    const report = expectSuccess(await slow.run({ run: { runId } }, context));
    expect(told(report)).toEqual(["001_counts applied", "002_first not_executed", "003_second not_executed"]);
    expect(report.run?.state).toBe("paused");
    expect(slow.logs.map(({ event }) => event)).toContain("migration_put_off");
  });

  it("does not pause where nobody can ask for the next part", async () => {
    const event = { admin_operation: "run_migrations", confirm: true };
    const report = await far.invoke(
      event,
      hurried(() => applied() > 0),
    );
    expect(report).toMatchObject({ success: false, error: { code: "interrupted" } });
    expect(await ledger(database.url)).toMatchObject([{ state: "failed" }]);
    expect(await far.invoke(event)).toMatchObject({ success: true });
    expect(await executions(database.url)).toEqual(all);
  });

  it("ends where the time for the whole run is used up, all its parts together", async () => {
    const slow = { ...counting, "002_first": "SELECT pg_sleep(7)" };
    const short = farSide(database.url, slow, {}, { MIGRATION_TIMEOUT: "12" });
    const report = await short.run({ run: { runId } });
    expect(expectError(report, "interrupted").message).toContain("MIGRATION_TIMEOUT (12 s)");
    expect(report.error?.message).toContain("2 of its 3 migrations stand");
    expect(told(report)).toEqual(["001_counts applied", "002_first applied", "003_second not_executed"]);
    expect(report.run?.state).toBe("failed");

    const another = await database.another();
    const patient = farSide(another, counting, {}, { MIGRATION_TIMEOUT: "300" });
    expect((await part(1, patient)).run?.state).toBe("paused");
    await rowsOf(another, "UPDATE migrate_remote.runs SET started_at = now() - interval '299 seconds'");
    const next = await part(2, patient);
    expect(expectError(next, "interrupted").message).toContain("1 of its 3 migrations stand");
    expect(await executions(another)).toEqual([]);
  });

  it("says that it is the run's own time that a migration outlived, not the function's", async () => {
    const endless = farSide(
      database.url,
      { "001_first": "SELECT pg_sleep(60)" },
      {},
      { MIGRATION_TIMEOUT: "4" },
    );
    const error = expectError(await endless.run({ run: { runId } }), "migration_failed");
    expect(error.message).toContain("it needs longer than the run's time, MIGRATION_TIMEOUT (4 s), allows.");
    expect(error.hint).toBe("Raise MIGRATION_TIMEOUT, or split the migration.");
  });

  it("says of a migration that thinks for too long that it was stopped", async () => {
    const thinking = {
      ...counting,
      "002_first": "py:for _ in range(60): time.sleep(0.5); op.execute('SELECT 1')",
    };
    const slow = farSide(database.url, thinking, { stop_before: "2s" });
    const isBegun = () => slow.logs.some(({ event, index }) => event === "migration_started" && index === 2);
    let asked = 0;
    const context = {
      // Two seconds when the deadline is set, time enough afterwards.
      getRemainingTimeInMillis: () => {
        if (!isBegun()) return 60_000;
        asked += 1;
        return asked === 1 ? 2_000 : 30_000;
      },
    };
    const report = await slow.run({ run: { runId } }, context);
    const error = expectError(report, "migration_failed");
    expect(error.message).toMatch(
      /^002_first was still at work between two statements. It was stopped after/,
    );
    expect(told(report)).toEqual(["001_counts applied", "002_first failed", "003_second not_executed"]);
    expect(report.run).toMatchObject({ state: "interrupted", applied: ["001_counts"] });
  });

  it("that has no time for its first migration fails, and never pauses without end", async () => {
    const started = () => far.logs.some(({ event }) => event === "run_started");
    const context = { getRemainingTimeInMillis: () => (started() ? 3000 : 60_000) };
    const report = await far.run({ run: { runId } }, context);
    expect(expectError(report, "internal_error").message).toContain("time limit");
    expect(report.run).toMatchObject({ state: "failed", applied: [] });
    expect(await executions(database.url)).toEqual([]);
  });
});

import { beforeEach, describe, expect, it } from "vitest";
import { expectError, expectSuccess, type FarSide, farSide, newRunId, told } from "../../support/far-side.js";
import { eachInItsOwnDatabase } from "../../support/own-database.js";
import { rowsOf } from "../../support/postgres.js";
import { all, counting, executions, hurried, ledger } from "./support.js";

const database = eachInItsOwnDatabase();
let runId: string;
let far: FarSide;
beforeEach(() => {
  runId = newRunId();
  far = farSide(database.url, counting, { lease: "5m" });
});

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

describe("a run that needs several invocations", () => {
  it("pauses between two migrations and goes on until it is done", async () => {
    const { plan } = await far.dryRun();
    const first = expectSuccess(await part(1));
    expect(told(first)).toEqual(["001_counts applied", "002_first not_executed", "003_second not_executed"]);
    expect(first).toMatchObject({ part: 1, state: "pending_migrations", plan });
    expect(first.run).toMatchObject({ state: "paused", part: 1, plan, applied: ["001_counts"] });
    const lease = Date.parse(first.run?.leaseUntil ?? "") - Date.now();
    expect(lease).toBeGreaterThan(290_000);
    expect(lease).toBeLessThan(301_000);
    expect(far.logs.find(({ event }) => event === "run_paused")).toMatchObject({ run_id: runId });

    const second = expectSuccess(await part(2));
    expect(told(second)).toEqual(["001_counts applied", "002_first applied", "003_second not_executed"]);
    expect(second.run).toMatchObject({ state: "paused", part: 2, applied: ["001_counts", "002_first"] });
    expect(far.logs.filter(({ event }) => event === "migration_started").at(-1)).toMatchObject({
      index: 2,
      total: 3,
    });

    const third = expectSuccess(await far.run({ run: { runId, part: 3, planId: plan?.id ?? "" } }));
    expect(told(third)).toEqual(["001_counts applied", "002_first applied", "003_second applied"]);
    expect(third.migrations.every(({ durationMs }) => durationMs !== undefined)).toBe(true);
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

  it("answers a part that is delivered again with what stands", async () => {
    const first = await part(1);
    expect((await part(1)).run).toEqual(first.run);
    const second = await part(2);
    const again = expectSuccess(await part(2));
    expect(again.run).toEqual(second.run);
    expect(told(again)).toEqual(told(second));
    expect(await executions(database.url)).toEqual(["002"]);
    await far.run({ run: { runId, part: 3 } });
    expect((await part(1)).run?.state).toBe("succeeded");
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
    const unknown = newRunId();
    const report = await far.run({ run: { runId: unknown, part: 2 } });
    expect(expectError(report, "invalid_event").message).toContain("Part 2");
    expect(report.run?.state).toBe("refused");
    const paused = await part(1);
    expect((await part(3)).run).toEqual(paused.run);
    expect(await executions(database.url)).toEqual([]);
  });

  it("refuses the first part of a run whose second one came before", async () => {
    await far.run({ run: { runId, part: 2 } });
    expect(await ledger(database.url)).toEqual([{ run_id: runId, state: "refused", part: 2 }]);
    expectError(await far.run({ run: { runId } }), "invalid_event");
    expect(await executions(database.url)).toEqual([]);
  });
});

describe("a paused run", () => {
  it("keeps other runs out until its lease ends, and is closed then", async () => {
    const paused = await part(1);
    const error = expectError(await far.run(), "locked");
    expect(error.lock).toMatchObject({ runId });
    expect(error.message).toContain(paused.run?.leaseUntil);
    expectError(await far.fixHistory("003_second"), "locked");
    await leaseEnds();
    expectSuccess(await far.run());
    expect(await executions(database.url)).toEqual(all);
    const late = await part(2);
    expect(expectError(late, "interrupted").message).toContain("paused after part 1");
    expect(late.run).toMatchObject({ state: "interrupted", applied: ["001_counts"] });
    expect(await executions(database.url)).toEqual(all);
  });

  it("may go on after its lease where nobody else came", async () => {
    await part(1);
    await leaseEnds();
    expect(expectSuccess(await far.run({ run: { runId, part: 2 } })).run?.state).toBe("succeeded");
  });

  it("refuses to go on where the rest is not the rest of its plan", async () => {
    const changed: [string, Record<string, string>][] = [
      ["edited", { ...counting, "003_second": "INSERT INTO counts VALUES ('other')" }],
      ["inserted", { ...counting, "000_before": "SELECT 1" }],
      ["gone", { "001_counts": counting["001_counts"], "002_first": counting["002_first"] }],
    ];
    for (const [name, source] of changed) {
      const id = newRunId();
      await rowsOf(database.url, "DROP TABLE IF EXISTS counts, schema_migrations");
      expectSuccess(await part(1, far, id));
      const report = await farSide(database.url, source).run({ run: { runId: id, part: 2 } });
      expect(report.error?.code, name).toBe("plan_changed");
      expect(report.run, name).toMatchObject({ state: "interrupted", applied: ["001_counts"] });
      expectError(await far.run({ run: { runId: id, part: 2 } }), "plan_changed");
      expect(await executions(database.url), name).toEqual([]);
    }
  });

  it("goes on to its own target, though more was deployed meanwhile", async () => {
    await part(1);
    const more = farSide(database.url, { ...counting, "004_more": "INSERT INTO counts VALUES ('004')" });
    const report = expectSuccess(await more.run({ run: { runId, part: 2 } }));
    expect(report.run).toMatchObject({ state: "succeeded", toRevisions: ["003_second"] });
    expect(told(report).at(-1)).toBe("004_more pending");
    expect(await executions(database.url)).toEqual(all);
  });

  it("is done where somebody else applied the rest", async () => {
    await part(1);
    await rowsOf(
      database.url,
      "INSERT INTO schema_migrations (version) VALUES ('002_first'), ('003_second')",
    );
    const report = expectSuccess(await far.run({ run: { runId, part: 2 } }));
    expect(report.run).toMatchObject({ state: "succeeded", part: 2 });
    expect(await executions(database.url)).toEqual([]);
  });
});

describe("time", () => {
  it("is judged by the longest migration so far", async () => {
    const slow = farSide(
      database.url,
      { "001_counts": `${counting["001_counts"]} SELECT pg_sleep(1)`, "002_first": counting["002_first"] },
      { stopBefore: 100 },
    );
    // Enough by stopBefore, but not for as long as the first one took.
    const context = { getRemainingTimeInMillis: () => (applied(slow) > 0 ? 1400 : 60_000) };
    const report = expectSuccess(await slow.run({ run: { runId } }, context));
    expect(report.run?.state).toBe("paused");
    expect(await executions(database.url)).toEqual([]);
  });

  it("that is over before the first migration is a failure, never a pause without end", async () => {
    const context = {
      getRemainingTimeInMillis: () => (far.logs.some(({ event }) => event === "run_started") ? 3000 : 60_000),
    };
    const report = await far.run({ run: { runId } }, context);
    expect(expectError(report, "internal_error").message).toContain("time limit");
    expect(report.run).toMatchObject({ state: "failed", applied: [] });
    expect(await executions(database.url)).toEqual([]);
  });

  it("of a short function is enough for the first migration whatever stopBefore says", async () => {
    const end = Date.now() + 6000;
    const patient = farSide(database.url, counting, { stopBefore: "1h" });
    const report = await patient.run(
      { run: { runId } },
      { getRemainingTimeInMillis: () => end - Date.now() },
    );
    expect(expectSuccess(report).run?.applied).toContain("001_counts");
  });
});

it("stays as it is until the lease ends, for those who only read", async () => {
  await part(1);
  await leaseEnds();
  expect((await far.runResult(runId)).run).toMatchObject({ state: "paused", report: { success: true } });
  expect(await ledger(database.url)).toMatchObject([{ state: "paused", part: 1 }]);
});

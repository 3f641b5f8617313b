import { beforeEach, describe, expect, it } from "vitest";
import { makeRunId } from "../../../src/contract/run-id.js";
import { lockKey } from "../../../src/handler/lock.js";
import { expectError, expectSuccess, newRunId } from "../../support/far-side.js";
import type { OwnDatabase } from "../../support/own-database.js";
import { onServer, rowsOf, until, urlOf } from "../../support/postgres.js";
import { startProxy } from "../../support/proxy.js";
import type { HandlerKind } from "./kind.js";
import { all, counting, executions, ledger, sleeping } from "./support.js";

/** A run is executed once, whoever else is at work. */
export function executesOnce(kind: HandlerKind, database: OwnDatabase): void {
  const { farSide } = kind;
  let runId: string;
  beforeEach(() => {
    runId = newRunId();
  });

  describe("eight deliveries at once", () => {
    it("of one run execute it once, and all of them end up saying the same", async () => {
      const far = farSide(database.url, { ...counting, "004_slow": "SELECT pg_sleep(0.3)" });
      const reports = await Promise.all(Array.from({ length: 8 }, () => far.run({ run: { runId } })));
      for (const { success, error } of reports)
        expect(success || error?.code === "already_running").toBe(true);
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
      const running = far.run({ run: { runId, requestedBy: "ada@büro 7" } });
      const pid = await sleeping(database.url);
      const again = await far.run({ run: { runId } });
      const error = expectError(again, "already_running");
      expect(error.message).toContain(`pid ${pid}`);
      expect(again.run).toMatchObject({ state: "running", pid });
      expect(again.run?.connected).toBeUndefined();
      const other = await far.run();
      expect(expectError(other, "locked").lock).toMatchObject({ runId, pid, requestedBy: "ada@b_ro_7" });
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
        await client.query("SELECT set_config('application_name', $1, false)", [
          `migrate-remote ${runId} ada`,
        ]);
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
}

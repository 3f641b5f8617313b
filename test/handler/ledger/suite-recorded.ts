import { beforeEach, describe, expect, it } from "vitest";
import { lockKey } from "../../../src/handler/lock.js";
import { expectError, expectSuccess, newRunId, type RunOptions, told } from "../../support/far-side.js";
import type { OwnDatabase } from "../../support/own-database.js";
import { onServer, rowsOf } from "../../support/postgres.js";
import type { HandlerKind } from "./kind.js";
import { all, counting, executions } from "./support.js";

/** A run has one end, and that is what is told of it ever after. */
export function recordsEachRun(kind: HandlerKind, database: OwnDatabase): void {
  const { farSide } = kind;
  let runId: string;
  beforeEach(() => {
    runId = newRunId();
  });

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
        engine: kind.engine,
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
      expect(kept?.report).toMatchObject({
        success: true,
        state: "up_to_date",
        migrations: first.migrations,
      });
    });

    it("after failure", async () => {
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
      expect(await rowsOf(database.url, `SELECT to_regclass('${kind.history}') AS history`)).toEqual([
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
      expect(told(first)).toEqual(["001_counts recorded", "002_first recorded", "003_second recorded"]);
      expect(first.run).toMatchObject({
        state: "succeeded",
        operation: "fix-history",
        applied: [],
        toRevisions: ["003_second"],
      });
      await rowsOf(database.url, `DELETE FROM ${kind.history}`);
      expect(told(expectSuccess(await far.ask(operation)))).toEqual(told(first));
      expect(await rowsOf(database.url, `SELECT FROM ${kind.history}`)).toEqual([]);
    });
  });
}

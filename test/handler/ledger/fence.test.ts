import { beforeEach, expect, it } from "vitest";
import { lockKey } from "../../../src/handler/lock.js";
import { expectError, expectSuccess, farSide, newRunId, told } from "../../support/far-side.js";
import { eachInItsOwnDatabase } from "../../support/own-database.js";
import { onServer, rowsOf, until } from "../../support/postgres.js";
import { counting, executions, hurried, ledger, sleeping } from "./support.js";

const database = eachInItsOwnDatabase();
let runId: string;
beforeEach(() => {
  runId = newRunId();
});

it("before a run: it refuses, however often it is delivered", async () => {
  const far = farSide(database.url, counting);
  const fence = expectSuccess(await far.fence(runId));
  expect(fence.run).toMatchObject({
    runId,
    state: "fenced",
    part: 1,
    applied: [],
    requestedBy: "fence@test",
  });
  expect(far.logs.find(({ event }) => event === "run_fenced")).toMatchObject({ run_id: runId });
  for (const attempt of [1, 2]) {
    const report = await far.run({ run: { runId } });
    expect(expectError(report, "fenced").message, `attempt ${attempt}`).toContain("by fence@test");
    expect(report.run).toEqual({ ...fence.run });
  }
  expect(await executions(database.url)).toEqual([]);
  expect(expectSuccess(await far.fence(runId)).run).toEqual(fence.run);
});

it("while it is executing: it goes on, and the fence says so", async () => {
  const far = farSide(database.url, { ...counting, "004_slow": "SELECT pg_sleep(60)" });
  const running = far.run({ run: { runId } });
  const pid = await sleeping(database.url);
  expect(expectSuccess(await far.fence(runId)).run).toMatchObject({ state: "running", pid });
  await rowsOf(database.url, "SELECT pg_cancel_backend($1)", [pid]);
  expect((await running).run?.state).toBe("failed");
});

it("after it ended: what stands is answered, with its report", async () => {
  const far = farSide(database.url, counting);
  await far.run({ run: { runId } });
  expect(expectSuccess(await far.fence(runId)).run).toMatchObject({
    state: "succeeded",
    report: { success: true },
  });
});

it("between two parts: the next one refuses and says what stands", async () => {
  const far = farSide(database.url, counting);
  const isLate = () => far.logs.some(({ event }) => event === "migration_applied");
  const paused = expectSuccess(await far.run({ run: { runId } }, hurried(isLate)));
  expect(paused.run?.state).toBe("paused");
  expect(expectSuccess(await far.fence(runId)).run).toMatchObject({
    state: "fenced",
    part: 1,
    applied: ["001_counts"],
  });
  const next = await far.run({ run: { runId, part: 2 } });
  expect(expectError(next, "fenced").message).toContain("1 of its 3 migrations stand");
  expect(told(next)).toEqual(["001_counts applied", "002_first not_executed", "003_second not_executed"]);
  expect(await executions(database.url)).toEqual([]);
  // And it keeps nobody out any more.
  expectSuccess(await far.run());
  expect(await executions(database.url)).toEqual(["002", "003"]);
});

it("needs no lock", async () => {
  await onServer(database.url, async (client) => {
    await client.query("SELECT pg_advisory_lock($1, $2)", [...lockKey]);
    expect(expectSuccess(await farSide(database.url, counting).fence(runId)).run?.state).toBe("fenced");
  });
});

/** Fences by hand, but commits only when the run, which saw nothing of it, waits to claim what is fenced. */
async function fenceBeforeClaim<T>(fence: string, run: () => Promise<T>): Promise<T> {
  return onServer(database.url, async (client) => {
    await client.query(`BEGIN; ${fence}`);
    const running = run();
    await until("the claim to wait", async () => {
      const rows = await rowsOf(
        database.url,
        "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database() AND query LIKE '%migrate_remote.runs%' AND application_name LIKE 'migrate-remote%'",
      );
      return rows.length > 0;
    });
    await client.query("COMMIT");
    return running;
  });
}

it("that is committed between reading and claiming stops a new run", async () => {
  const far = farSide(database.url, counting);
  await far.fence(newRunId());
  const report = await fenceBeforeClaim(
    `INSERT INTO migrate_remote.runs (run_id, state, operation, part) VALUES ('${runId}', 'fenced', 'run', 1)`,
    () => far.run({ run: { runId } }),
  );
  expect(report.run?.state).toBe("fenced");
  expectError(report, "fenced");
  expect(await executions(database.url)).toEqual([]);
});

it("that is committed between reading and claiming stops the next part", async () => {
  const far = farSide(database.url, counting);
  const isLate = () => far.logs.some(({ event }) => event === "migration_applied");
  await far.run({ run: { runId } }, hurried(isLate));
  const report = await fenceBeforeClaim(
    `UPDATE migrate_remote.runs SET state = 'fenced', report = NULL WHERE run_id = '${runId}'`,
    () => far.run({ run: { runId, part: 2 } }),
  );
  expect(report.run?.state).toBe("fenced");
  expectError(report, "fenced");
  expect(await executions(database.url)).toEqual([]);
});

it("against a run at the same moment: exactly one of them wins, and both say who", async () => {
  const far = farSide(database.url, counting);
  for (let round = 0; round < 10; round += 1) {
    const id = newRunId();
    const source = { ...counting, [`1${round}0_more`]: `INSERT INTO counts VALUES ('r${round}')` };
    const [report, fence] = await Promise.all([
      farSide(database.url, source).run({ run: { runId: id } }),
      far.fence(id),
    ]);
    const executed = (await executions(database.url)).includes(`r${round}`);
    const row = (await ledger(database.url)).find(({ run_id }) => run_id === id);
    expect(report.run?.state).toBe(executed ? "succeeded" : "fenced");
    expect(row?.state).toBe(report.run?.state);
    expect(executed ? ["running", "succeeded"] : ["fenced"]).toContain(fence.run?.state);
    await rowsOf(database.url, "DROP TABLE IF EXISTS counts, schema_migrations");
  }
});

it("against the next part at the same moment: exactly one of them wins, and both say who", async () => {
  for (let round = 0; round < 10; round += 1) {
    const id = newRunId();
    const far = farSide(database.url, counting);
    const isLate = () => far.logs.some(({ event }) => event === "migration_applied");
    expect((await far.run({ run: { runId: id } }, hurried(isLate))).run?.state).toBe("paused");
    const [report, fence] = await Promise.all([far.run({ run: { runId: id, part: 2 } }), far.fence(id)]);
    const executed = await executions(database.url);
    expect(report.run?.state).toBe(executed.length > 0 ? "succeeded" : "fenced");
    expect(executed.length > 0 ? ["running", "succeeded"] : ["fenced"]).toContain(fence.run?.state);
    expect((await far.runResult(id)).run?.state).toBe(report.run?.state);
    await rowsOf(database.url, "DROP TABLE counts, schema_migrations");
  }
});

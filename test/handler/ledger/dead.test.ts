import { beforeEach, describe, expect, it } from "vitest";
import { lockKey } from "../../../src/handler/lock.js";
import { expectError, expectSuccess, farSide, newRunId, told } from "../../support/far-side.js";
import { eachInItsOwnDatabase } from "../../support/own-database.js";
import { onServer, password, rowsOf, until, urlOf } from "../../support/postgres.js";
import { startProxy } from "../../support/proxy.js";
import { counting, executions, ledger, sleeping } from "./support.js";

const database = eachInItsOwnDatabase();
let runId: string;
beforeEach(() => {
  runId = newRunId();
});

const slow = { ...counting, "003_second": "INSERT INTO counts VALUES ('003'); SELECT pg_sleep(60)" };
/** A run whose handler is cut off from the world in the middle of 003, like one that was killed. Its end is awaited afterwards. */
async function cutOff<T>(
  source: Record<string, string>,
  act: (pid: number, began: number) => Promise<T>,
): Promise<T> {
  const proxy = await startProxy(database.port);
  let isCut = false;
  // Without time left it does not try to come back.
  const context = { getRemainingTimeInMillis: () => (isCut ? 0 : 60_000) };
  const running = farSide(urlOf(proxy.port, database.name), source)
    .run({ run: { runId } }, context)
    .catch(() => undefined);
  try {
    const pid = await sleeping(database.url);
    isCut = true;
    proxy.refuse();
    proxy.cut();
    return await act(pid, Date.now());
  } finally {
    await running;
    await proxy.close();
  }
}

/** What is answered once the backend of a dead invocation has ended. */
const notRunning = (far = farSide(database.url, counting)) =>
  until(
    "the run not to be running any more",
    async () => {
      const { run } = expectSuccess(await far.runResult(runId));
      return run?.state === "running" ? undefined : run;
    },
    10_000,
  );

describe("an invocation that dies in the middle of a statement", () => {
  it("is running while PostgreSQL is, interrupted within seconds, and closed by the next run with what stands", async () => {
    await cutOff(slow, async (pid, began) => {
      const far = farSide(database.url, slow);
      expect((await far.runResult(runId)).run).toMatchObject({ state: "running", pid });
      const run = await notRunning(far);
      expect(Date.now() - began).toBeLessThan(10_000);
      expect(run).toMatchObject({
        state: "interrupted",
        applied: ["001_counts", "002_first"],
        toRevisions: ["002_first"],
        finishedAt: expect.any(String),
        error: { code: "interrupted", message: expect.stringContaining("2 of its 3 migrations stand") },
      });
      expect(run?.pid).toBeUndefined();
      // It was read, not written.
      expect(await ledger(database.url)).toMatchObject([{ state: "running" }]);
      expect((await far.listRuns()).runs).toMatchObject([{ runId, state: "interrupted" }]);

      const next = farSide(database.url, counting);
      expectSuccess(await next.run());
      expect(next.logs.find(({ event }) => event === "run_closed")).toMatchObject({ closed_run_id: runId });
      expect((await ledger(database.url)).map(({ state }) => state)).toEqual(["interrupted", "succeeded"]);
      expect(await executions(database.url)).toEqual(["002", "003"]);
      // Its own 003 is not there, although it stands now: another run did that.
      expect((await far.runResult(runId)).run).toMatchObject({
        state: "interrupted",
        applied: ["001_counts", "002_first"],
      });
    });
  });

  it("is answered the same by its own event delivered again", async () => {
    await cutOff(slow, async () => {
      await notRunning();
      const far = farSide(database.url, counting);
      const report = await far.run({ run: { runId } });
      expectError(report, "interrupted");
      expect(told(report)).toEqual(["001_counts applied", "002_first applied", "003_second not_executed"]);
      expect(report.run).toMatchObject({ state: "interrupted" });
      expect(await ledger(database.url)).toMatchObject([{ state: "interrupted" }]);
      expect(await executions(database.url)).toEqual(["002"]);
    });
  });

  it("is read while another session holds the lock", async () => {
    await cutOff(slow, async () => {
      await notRunning();
      await onServer(database.url, async (client) => {
        await client.query("SELECT pg_advisory_lock($1, $2)", [...lockKey]);
        const far = farSide(database.url, counting);
        expect((await far.runResult(runId)).run?.state).toBe("interrupted");
        expect((await far.fence(runId)).run?.state).toBe("interrupted");
        // Who has no lock closes nothing, and does not begin it anew.
        expectError(await far.run({ run: { runId } }), "already_running");
      });
      expect(await ledger(database.url)).toMatchObject([{ state: "running" }]);
    });
  });

  it("tells of a migration outside a transaction that part of it may stand", async () => {
    const half = { ...counting, "003_second": `-- migrate-remote: no-transaction\n${slow["003_second"]}` };
    await cutOff(half, async () => {
      const run = await notRunning(farSide(database.url, half));
      expect(run?.error?.message).toContain("003_second runs outside a transaction");
      expect(run?.error?.hint).toMatch(
        /^Look first what stands of 003_second\. Undo what stands of it, correct/,
      );
      expect(run?.report?.migrations.map(({ status }) => status)).toEqual(["applied", "applied", "failed"]);
      expect(await executions(database.url)).toEqual(["002", "003"]);
    });
  });
});

it("terminated by hand: the answer, the ledger and the database say the same", async () => {
  const running = farSide(database.url, slow).run({ run: { runId } });
  const pid = await sleeping(database.url);
  await rowsOf(database.url, "SELECT pg_terminate_backend($1)", [pid]);
  const report = await running;
  const error = expectError(report, "database_unreachable");
  // What happened is known here, so the row that is told says it too, instead of guessing.
  expect(report.run).toMatchObject({ state: "interrupted", applied: ["001_counts", "002_first"], error });
  const { run } = await farSide(database.url, slow).runResult(runId);
  expect(run?.state).toBe("interrupted");
  expect(run?.error?.message).toContain(
    "ended in the middle: it died, or lost its connection to the database",
  );
});

it("says when only PostgreSQL is still at work", async () => {
  const far = farSide(database.url, slow);
  const running = far.run({ run: { runId } });
  const pid = await sleeping(database.url);
  // As if the invocation's own time had been over for a while.
  await rowsOf(database.url, "UPDATE migrate_remote.runs SET deadline_at = now() - interval '1 minute'");
  expect((await far.runResult(runId)).run).toMatchObject({ state: "running", pid, connected: false });
  const error = expectError(await far.run({ run: { runId } }), "already_running");
  expect(error.message).toContain(`PostgreSQL is still executing its statement, pid ${pid}`);
  await rowsOf(database.url, "SELECT pg_cancel_backend($1)", [pid]);
  await running;
});

describe("rows left by others", () => {
  const leave = (columns: Record<string, string>) => {
    const all = {
      run_id: `'${runId}'`,
      state: "'running'",
      operation: "'run'",
      part: "1",
      backend_pid: "1",
      ...columns,
    };
    return rowsOf(
      database.url,
      `INSERT INTO migrate_remote.runs (${Object.keys(all)}) VALUES (${Object.values(all)})`,
    );
  };
  const plan = `'{"id": "${"0".repeat(64)}", "from": [], "target": null, "revisions": ["001_counts", "002_first"]}'`;

  it("all of whose plan stands have succeeded", async () => {
    const far = farSide(database.url, counting);
    await far.run();
    await leave({ plan, backend_pid: "NULL" });
    expect((await far.runResult(runId)).run).toMatchObject({
      state: "succeeded",
      applied: ["001_counts", "002_first"],
    });
    const report = expectSuccess(await far.run({ run: { runId } }));
    expect(report.run).toMatchObject({ state: "succeeded" });
    expect(told(report)).toEqual(["001_counts applied", "002_first applied"]);
  });

  it("whose history repair was not committed are interrupted, else not", async () => {
    const far = farSide(database.url, counting);
    await far.run();
    await leave({ operation: "'fix-history'", history_repaired: "false" });
    const { run } = await far.runResult(runId);
    expect(run).toMatchObject({
      state: "interrupted",
      error: { message: expect.stringContaining("not repaired") },
    });
    await rowsOf(
      database.url,
      "UPDATE migrate_remote.runs SET history_repaired = true WHERE state = 'running'",
    );
    expect((await far.runResult(runId)).run?.state).toBe("succeeded");
  });

  it("with a backend number that another backend has now are dead", async () => {
    const far = farSide(database.url, counting);
    await far.run();
    await onServer(database.url, async (client) => {
      const pid = (await client.query("SELECT pg_backend_pid() AS pid")).rows[0].pid;
      await leave({ plan, backend_pid: String(pid), backend_start: "'2020-01-01'" });
      expect((await far.runResult(runId)).run?.state).toBe("succeeded");
      await rowsOf(
        database.url,
        "UPDATE migrate_remote.runs r SET backend_start = a.backend_start FROM pg_stat_activity a WHERE a.pid = r.backend_pid AND r.state = 'running'",
      );
      expect((await far.runResult(runId)).run?.state).toBe("running");
    });
  });

  it("of other users count as alive while a backend of their number is there", async () => {
    await farSide(database.url, counting).run();
    const role = `reader_${database.name}`;
    await rowsOf(
      database.url,
      `CREATE ROLE ${role} LOGIN PASSWORD '${password}'; GRANT USAGE ON SCHEMA migrate_remote TO ${role}; GRANT SELECT ON migrate_remote.runs, schema_migrations TO ${role}`,
    );
    const reader = farSide(urlOf(database.port, database.name, role), counting);
    await onServer(database.url, async (client) => {
      const pid = (await client.query("SELECT pg_backend_pid() AS pid")).rows[0].pid;
      await leave({ plan, backend_pid: String(pid), backend_start: "'2020-01-01'" });
      expect((await reader.runResult(runId)).run?.state).toBe("running");
    });
    await until(
      "that backend to be gone",
      async () => (await reader.runResult(runId)).run?.state === "succeeded",
    );
    await rowsOf(database.url, `DROP OWNED BY ${role}; DROP ROLE ${role}`);
  });

  it("that no handler wrote are an error that names the run", async () => {
    const far = farSide(database.url, counting);
    await far.run();
    await leave({ state: "'dancing'" });
    expect(expectError(await far.runResult(runId), "internal_error").message).toContain(runId);
  });
});

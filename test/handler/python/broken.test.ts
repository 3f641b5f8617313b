import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { expectError, expectSuccess, newRunId, told } from "../../support/far-side.js";
import { eachInItsOwnDatabase } from "../../support/own-database.js";
import { onServer, rowsOf, startPostgres, until, urlOf } from "../../support/postgres.js";
import { startProxy, startTransactionPooler } from "../../support/proxy.js";
import { hasPython } from "../../support/python.js";
import type { PythonFarSide } from "../../support/python-far-side.js";
import { counting, executions, farSides, ledger, patience, sleeping } from "./support.js";

const isHere = hasPython("psycopg", "pg8000", "jsonschema");

describe.skipIf(!isHere)("where something breaks under the Python handler", { timeout: patience }, () => {
  const { farSide, remove } = farSides();
  const database = eachInItsOwnDatabase();
  let runId: string;
  beforeEach(() => {
    runId = newRunId();
  });
  afterEach(remove);

  const slow = { ...counting, "003_second": "INSERT INTO counts VALUES ('003'); SELECT pg_sleep(60)" };
  const notice = `py:op.execute("DO $$ BEGIN RAISE NOTICE 'as agreed'; END $$")`;
  const drivers = ["psycopg2", "psycopg", "pg8000"];
  const by = (driver: string) => database.url.replace("postgresql:", `postgresql+${driver}:`);
  const notRunning = (far: PythonFarSide) =>
    until(
      "the run not to be running any more",
      async () => {
        const { run } = expectSuccess(await far.runResult(runId));
        return run?.state === "running" ? undefined : run;
      },
      20_000,
    );

  it("a killed process: running while PostgreSQL is, interrupted within seconds, closed by the next run", async () => {
    const far = farSide(database.url, slow);
    const running = far.run({ run: { runId } }).catch((error: unknown) => error);
    const pid = await sleeping(database.url);
    far.process().kill("SIGKILL");
    expect(String(await running)).toContain("without an answer");
    const reading = farSide(database.url, slow);
    const run = await notRunning(reading);
    expect(run).toMatchObject({
      state: "interrupted",
      applied: ["001_counts", "002_first"],
      toRevisions: ["002_first"],
      finishedAt: expect.any(String),
      error: { code: "interrupted", message: expect.stringContaining("2 of its 3 migrations stand") },
    });
    expect(run.pid).toBeUndefined();
    expect(await rowsOf(database.url, "SELECT FROM pg_stat_activity WHERE pid = $1", [pid])).toEqual([]);
    // It was read, not written.
    expect(await ledger(database.url)).toMatchObject([{ state: "running" }]);
    expect((await reading.listRuns()).runs).toMatchObject([{ runId, state: "interrupted" }]);
    const next = farSide(database.url, counting);
    const again = await next.run({ run: { runId } });
    expectError(again, "interrupted");
    expect(told(again)).toEqual(["001_counts applied", "002_first applied", "003_second not_executed"]);
    expect(next.logs.find(({ event }) => event === "run_closed")).toMatchObject({ closed_run_id: runId });
    expectSuccess(await next.run());
    expect((await ledger(database.url)).map(({ state }) => state)).toEqual(["interrupted", "succeeded"]);
    expect(await executions(database.url)).toEqual(["002", "003"]);
    // Its own 003 is not there, although it stands now: another run did that.
    expect((await next.runResult(runId)).run).toMatchObject({ applied: ["001_counts", "002_first"] });
  });

  it.each(drivers)(
    "a terminated backend, by %s: answer, ledger and database say the same",
    async (driver) => {
      const running = farSide(by(driver), slow).run({ run: { runId } });
      const pid = await sleeping(database.url);
      await rowsOf(database.url, "SELECT pg_terminate_backend($1)", [pid]);
      const report = await running;
      const error = expectError(report, "database_unreachable");
      expect(error.message).toContain("while 003_second was being applied. The database has nothing of it.");
      expect(told(report)).toEqual(["001_counts applied", "002_first applied", "003_second failed"]);
      // What happened is known here, so the row that is told says it too, instead of guessing.
      expect(report.run).toMatchObject({
        state: "interrupted",
        applied: ["001_counts", "002_first"],
        error: { code: "database_unreachable", message: error.message },
      });
      expect(await executions(database.url)).toEqual(["002"]);
      const { run } = expectSuccess(await farSide(database.url, slow).runResult(runId));
      expect(run?.error?.message).toContain("ended in the middle: it died, or lost its connection");
    },
  );

  it("a killed process amid CREATE INDEX CONCURRENTLY: what it left, and that it is not run again as it is", async () => {
    const table = { "001_wide": "CREATE TABLE wide (x int)" };
    const index = `py:with op.get_context().autocommit_block(): op.execute("CREATE INDEX CONCURRENTLY i_wide ON wide (x)")`;
    expectSuccess(await farSide(database.url, table).run());
    await onServer(database.url, async (client) => {
      await client.query("BEGIN; INSERT INTO wide VALUES (1)");
      const far = farSide(database.url, { ...table, "002_index": index });
      const running = far.run({ run: { runId } }).catch((error: unknown) => error);
      const waiting = "SELECT pid FROM pg_stat_progress_create_index WHERE phase LIKE 'waiting%'";
      await until("the index to wait for the table", async () => (await rowsOf(database.url, waiting))[0]);
      far.process().kill("SIGKILL");
      expect(String(await running)).toContain("without an answer");
      const run = await notRunning(farSide(database.url, { ...table, "002_index": index }));
      expect(run).toMatchObject({ state: "interrupted", applied: [], error: { revision: "002_index" } });
      expect(run.error?.message).toContain(
        "002_index runs outside a transaction, so some of its statements may stand. It left an invalid index behind: public.i_wide.",
      );
      expect(run.error?.hint).toMatch(
        /^First: DROP INDEX CONCURRENTLY public\.i_wide;\nLook first what stands of 002_index\. Undo/,
      );
      expect(run.report?.migrations).toMatchObject([{ revision: "002_index", status: "failed" }]);
    });
  });

  it.each(drivers)("a network that goes silent, by %s: asked on a new connection", async (driver) => {
    const proxy = await startProxy(database.port);
    try {
      const through = urlOf(proxy.port, database.name).replace("postgresql:", `postgresql+${driver}:`);
      const far = farSide(through, slow, { stop_before: "7s" });
      let isSilent = false;
      // Its third migration has 8 - 7/2 seconds; whoever asks afterwards finds time enough to ask the database.
      const isLast = () => far.logs.some(({ event, index }) => event === "migration_started" && index === 3);
      const context = {
        getRemainingTimeInMillis: () => (isSilent ? 30_000 : isLast() ? 8_000 : 60_000),
      };
      const running = far.run({ run: { runId } }, context);
      await sleeping(database.url);
      isSilent = true;
      proxy.silence();
      const report = await running;
      expectError(report, "database_unreachable");
      expect(report.run).toMatchObject({ state: "interrupted", applied: ["001_counts", "002_first"] });
    } finally {
      await proxy.close();
    }
  });

  it("no answer can be given: it throws, and the ledger knows", async () => {
    const proxy = await startProxy(database.port);
    let isCut = false;
    // Without time left it does not try to come back.
    const context = { getRemainingTimeInMillis: () => (isCut ? 0 : 60_000) };
    try {
      const far = farSide(urlOf(proxy.port, database.name), slow);
      const running = far.run({ run: { runId } }, context).catch((error: unknown) => error);
      await sleeping(database.url);
      isCut = true;
      proxy.refuse();
      proxy.cut();
      expect(String(await running)).toContain("what stands is not known here");
    } finally {
      await proxy.close();
    }
    expect(await notRunning(farSide(database.url, slow))).toMatchObject({ state: "interrupted" });
  });

  it("a transaction pooler is refused before anything is executed", async () => {
    const trusting = await startPostgres();
    const database = await trusting.createDatabase();
    const [file] = await rowsOf<{ path: string }>(database, "SELECT current_setting('hba_file') AS path");
    await onServer(database, async (client) => {
      await client.query("CREATE TEMP TABLE hba (line text)");
      await client.query("INSERT INTO hba VALUES ('host all all 127.0.0.1/32 trust')");
      await client.query(`COPY hba TO '${file?.path}'`);
      await client.query("SELECT pg_reload_conf()");
    });
    const pooler = await startTransactionPooler(trusting.port);
    try {
      const report = await farSide(urlOf(pooler.port, new URL(database).pathname.slice(1)), counting).run();
      expectError(report, "pooled_connection");
      expect(await executions(database)).toEqual([]);
    } finally {
      await pooler.close();
      await trusting.stop();
    }
  });

  describe.each(drivers)("by %s", (driver) => {
    it("a database that is not there, a wrong password, a closed port are told apart, without the password", async () => {
      const there = new URL(by(driver));
      const elsewhere = (change: (url: URL) => void) => {
        const other = new URL(there);
        change(other);
        return farSide(other.href, counting).status();
      };
      const nowhere = await elsewhere((other) => {
        other.pathname = "/nowhere";
      });
      expect(expectError(nowhere, "database_not_found").message).toContain("no database called nowhere");
      const wrong = await elsewhere((other) => {
        other.password = "hunter2";
      });
      expect(expectError(wrong, "database_authentication_failed").message).toContain("user postgres");
      expect(JSON.stringify(wrong)).not.toContain("hunter2");
      const closed = await elsewhere((other) => {
        other.port = "1";
      });
      expect(expectError(closed, "database_unreachable").message).toContain("the connection was refused");
    });

    it("runs, reads and repairs", async () => {
      const far = farSide(by(driver), {
        ...counting,
        "004_notice": notice,
      });
      const report = expectSuccess(await far.run({ run: { runId } }));
      expect(report.run).toMatchObject({ state: "succeeded" });
      expect(report.database).toMatchObject({
        host: "127.0.0.1",
        port: database.port,
        name: database.name,
        user: "postgres",
      });
      expect(far.logs.filter(({ event }) => event === "notice").map(({ message }) => message)).toEqual([
        "NOTICE: as agreed",
      ]);
      expect(expectSuccess(await far.status()).state).toBe("up_to_date");
      expect(expectSuccess(await far.fixHistory("001_counts")).currentRevisions).toEqual(["001_counts"]);
      expect(expectSuccess(await far.listRuns()).runs).toHaveLength(2);
      expect(await executions(database.url)).toEqual(["002", "003"]);
    });
  });

  it("a session that a migration changed starts anew with the next one", async () => {
    const far = farSide(database.url, {
      "001_changes": "SET search_path = pg_catalog; SET statement_timeout = 1",
      "002_goes_on": "CREATE TABLE here (); SELECT pg_sleep(0.05)",
    });
    expectSuccess(await far.run());
    expect(await rowsOf(database.url, "SELECT to_regclass('public.here')::text AS here")).toEqual([
      { here: "here" },
    ]);
  });

  it("nothing is left: no lock, no connection", async () => {
    await farSide(database.url, { "001_bad": "SELECT nix" }).run();
    const rows = await rowsOf(
      database.url,
      "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'migrate-remote%'",
    );
    expect(rows).toEqual([]);
  });
});

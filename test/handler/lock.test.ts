import { describe, expect, it } from "vitest";
import { lockKey } from "../../src/handler/lock.js";
import { expectError, expectSuccess, farSide, runId, told } from "../support/far-side.js";
import { eachInItsOwnDatabase } from "../support/own-database.js";
import { onServer, password, rowsOf, startPostgres, until, urlOf } from "../support/postgres.js";
import { startProxy, startTransactionPooler } from "../support/proxy.js";

const database = eachInItsOwnDatabase();

const create = { "001_a": "CREATE TABLE a (id int);" };
const waiting = (url: string) =>
  until("a backend that waits for a lock", async () => {
    const rows = await rowsOf<{ pid: number }>(
      url,
      "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name LIKE 'migrate-remote%'",
    );
    return rows[0];
  });
const sleeping = (url: string) =>
  until("a backend that sleeps", async () => {
    const rows = await rowsOf<{ pid: number }>(
      url,
      "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND application_name LIKE 'migrate-remote%' AND datname = current_database()",
    );
    return rows[0];
  });

describe("two runs at once", () => {
  it("apply each migration once; the second is told who holds the lock", async () => {
    await farSide(database.url, create).run();
    const more = { ...create, "002_b": "ALTER TABLE a ADD COLUMN b int;" };
    await onServer(database.url, async (client) => {
      await client.query("BEGIN; LOCK TABLE a");
      const first = farSide(database.url, more).run({ run: { runId, requestedBy: "ada@büro 7" } });
      const { pid } = await waiting(database.url);
      const other = farSide(database.url, more);
      const report = await other.run({ run: { runId: "20261120T104513Z-00000000" } });
      const error = expectError(report, "locked");
      expect(error.lock).toEqual({
        pid,
        runId,
        requestedBy: "ada@b_ro_7",
        since: expect.stringMatching(/^20.*Z$/),
      });
      expect(error.message).toContain(runId);
      expectError(await other.fixHistory("001_a"), "locked");
      // Reads go on meanwhile.
      expect(expectSuccess(await other.status()).state).toBe("pending_migrations");
      await client.query("COMMIT");
      expect(told(expectSuccess(await first))).toEqual(["001_a skipped", "002_b applied"]);
    });
    expect(told(expectSuccess(await farSide(database.url, more).run()))).toEqual([
      "001_a skipped",
      "002_b skipped",
    ]);
  });

  it("can be kept out by hand with the documented key", async () => {
    await onServer(database.url, async (client) => {
      await client.query("SELECT pg_advisory_lock($1, $2)", [...lockKey]);
      const error = expectError(await farSide(database.url, create).run(), "locked");
      expect(error.lock?.pid).toBe((await client.query("SELECT pg_backend_pid() AS pid")).rows[0].pid);
    });
    expectSuccess(await farSide(database.url, create).run());
  });

  it("leaves neither a lock nor a connection behind, whatever the end", async () => {
    await farSide(database.url, { "001_bad": "SELECT nix" }).run();
    await farSide(database.url, create).status();
    const left = async () => {
      const rows = await rowsOf(
        database.url,
        "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'migrate-remote%'",
      );
      return rows.length === 0;
    };
    await until("no session to be left", left);
  });
});

it("stops when a migration releases the lock", async () => {
  const report = await farSide(database.url, {
    "001_unlock": "SELECT pg_advisory_unlock_all();",
    "002_b": "CREATE TABLE b ()",
  }).run();
  expectError(report, "lock_lost");
  expect(told(report)).toEqual(["001_unlock applied", "002_b not_executed"]);
});

describe("behind a transaction pooler", () => {
  it("refuses before the first migration", async () => {
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
      const name = new URL(database).pathname.slice(1);
      const report = await farSide(urlOf(pooler.port, name), create).run();
      expectError(report, "pooled_connection");
      expect(await rowsOf(database, "SELECT FROM pg_tables WHERE schemaname = 'public'")).toEqual([]);
    } finally {
      await pooler.close();
      await trusting.stop();
    }
  });
});

describe("a connection that breaks in the middle", () => {
  const slow = {
    "001_a": create["001_a"],
    "002_slow": "CREATE TABLE slow (); SELECT pg_sleep(60);",
    "003_c": "CREATE TABLE c ()",
  };

  it("because the backend was terminated: the database is asked again", async () => {
    const running = farSide(database.url, slow).run();
    const { pid } = await sleeping(database.url);
    await rowsOf(database.url, "SELECT pg_terminate_backend($1)", [pid]);
    const report = await running;
    expect(expectError(report, "database_unreachable").message).toContain("The database has nothing of it");
    expect(told(report)).toEqual(["001_a applied", "002_slow failed", "003_c not_executed"]);
    expect(report).toMatchObject({ state: "pending_migrations", currentRevisions: ["001_a"] });
  });

  it("because the network broke: the orphaned backend is ended first, so that the answer stays true", async () => {
    const proxy = await startProxy(database.port);
    try {
      const { name } = database;
      const running = farSide(urlOf(proxy.port, name), slow).run();
      await sleeping(database.url);
      proxy.cut();
      const report = await running;
      expectError(report, "database_unreachable");
      expect(told(report)).toEqual(["001_a applied", "002_slow failed", "003_c not_executed"]);
      expect(
        await rowsOf(
          database.url,
          "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()",
        ),
      ).toEqual([]);
    } finally {
      await proxy.close();
    }
  });

  it.each([
    [{ "001_a": create["001_a"] }, ["001_a applied"], undefined],
    [slow, ["001_a applied", "002_slow not_executed", "003_c not_executed"], "database_unreachable"],
  ])("after COMMIT arrived: what the database has is applied", async (source, wanted, code) => {
    // The ledger's own COMMIT is not meant.
    await farSide(database.url, source).fence(runId);
    const proxy = await startProxy(database.port, "COMMIT");
    try {
      const { name } = database;
      const report = await farSide(urlOf(proxy.port, name), source).run();
      expect(told(report)).toEqual(wanted);
      expect(report.error?.code).toBe(code);
      if (code !== undefined) expect(report.error?.message).toContain("has it all the same");
      expect(await rowsOf(database.url, "SELECT version FROM schema_migrations")).toEqual([
        { version: "001_a" },
      ]);
    } finally {
      await proxy.close();
    }
  });

  it("because the network went silent: it is broken off in time to ask", async () => {
    const proxy = await startProxy(database.port);
    const end = Date.now() + 6000;
    try {
      const { name } = database;
      const context = { getRemainingTimeInMillis: () => Math.max(0, end - Date.now()) };
      const running = farSide(urlOf(proxy.port, name), slow).run({}, context);
      await sleeping(database.url);
      proxy.silence();
      const report = await running;
      expect(Date.now()).toBeLessThan(end);
      expectError(report, "database_unreachable");
      expect(told(report)).toEqual(["001_a applied", "002_slow failed", "003_c not_executed"]);
    } finally {
      await proxy.close();
    }
  });

  it("and stays away: it throws instead of telling what it does not know", async () => {
    const proxy = await startProxy(database.port);
    const end = Date.now() + 4000;
    try {
      const { name } = database;
      const context = { getRemainingTimeInMillis: () => Math.max(0, end - Date.now()) };
      const running = farSide(urlOf(proxy.port, name), slow).run({}, context);
      const failed = expect(running).rejects.toThrow(/002_slow was being applied.*Ask the database when/);
      await sleeping(database.url);
      proxy.refuse();
      proxy.cut();
      await failed;
      await running.catch((error: Error) => expect(error.stack).not.toContain(password));
    } finally {
      await proxy.close();
    }
  });
});

it("stops PostgreSQL soon after the handler is gone", async () => {
  const proxy = await startProxy(database.port);
  const { name } = database;
  const running = farSide(urlOf(proxy.port, name), { "001_slow": "SELECT pg_sleep(60)" }).run();
  const { pid } = await sleeping(database.url);
  proxy.refuse();
  proxy.cut();
  await until(
    "the statement to be stopped",
    async () => {
      const rows = await rowsOf(database.url, "SELECT FROM pg_stat_activity WHERE pid = $1", [pid]);
      return rows.length === 0;
    },
    8000,
  );
  proxy.refuse(false);
  expectError(await running, "database_unreachable");
  await proxy.close();
});

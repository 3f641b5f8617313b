import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  CreateDBSnapshotCommand,
  DeleteDBSnapshotCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
} from "@aws-sdk/client-rds";
import { afterAll, beforeAll, expect, it } from "vitest";
import { copyDatabase } from "../../src/local/rds/copy-database.js";
import { password, startPostgres, type TestServer } from "../support/postgres.js";
import { ask, connectTo, copiesIn, inDatabase, rdsOf } from "./rds-support.js";
import { aFunction, invoke, project } from "./support.js";

let server: TestServer;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

it("copies in a server of the user's own, and ends nobody's session there", async () => {
  const url = await server.createDatabase();
  const here = await project();
  const instance = { kind: "instance" as const, identifier: "mine" };
  const stage = aFunction("query.handler", { database: { url }, instance });
  const session = await here.open([stage]);
  const { send, snapshot, untilSnapshot, untilInstance, instance: describe } = rdsOf(session);
  await invoke(session, "query-handler", { sql: "CREATE TABLE kept AS SELECT 42 AS n" });
  expect(await describe("mine")).toMatchObject({
    Endpoint: { Address: "127.0.0.1", Port: server.port },
    DBName: new URL(url).pathname.slice(1),
  });
  const idle = await connectTo(url);
  await send(new CreateDBSnapshotCommand({ DBSnapshotIdentifier: "one", DBInstanceIdentifier: "mine" }));
  // Every attempt is a session of the keeper's.
  const attempts = async () => {
    const [row] = await ask(
      inDatabase(url, "postgres"),
      `SELECT sessions::int FROM pg_stat_database WHERE datname = '${new URL(url).pathname.slice(1)}'`,
    );
    return Number(row?.sessions);
  };
  const before = await attempts();
  await expect.poll(attempts, { timeout: 60_000 }).toBeGreaterThan(before + 8);
  expect(await snapshot("one")).toMatchObject({ Status: "creating", PercentProgress: 0 });
  expect((await idle.query("SELECT n FROM kept")).rows).toEqual([{ n: 42 }]);
  await idle.end();
  await untilSnapshot("one");
  const names = { DBSnapshotIdentifier: "one", DBInstanceIdentifier: "mine-back" };
  await send(new RestoreDBInstanceFromDBSnapshotCommand(names));
  await untilInstance("mine-back");
  expect(await ask(inDatabase(url, "mine_back"), "SELECT n FROM kept")).toEqual([{ n: 42 }]);
  const folder = join(here.dataDirectory, "rds");
  for (const name of readdirSync(folder))
    expect(readFileSync(join(folder, name), "utf8")).not.toContain(password);

  await session.close();
  const elsewhere = await here.open([{ ...stage, database: { url: await server.createDatabase() } }]);
  const later = rdsOf(elsewhere);
  expect(await later.snapshot("one")).toMatchObject({ Status: "available" });
  await later.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: "one" }));
  expect(await copiesIn(url)).toEqual([]);
});

it("gives up when sessions are at work for too long, and leaves nothing", async () => {
  const url = await server.createDatabase();
  const name = new URL(url).pathname.slice(1);
  const busy = await connectTo(url);
  await busy.query("BEGIN; CREATE TABLE kept (n int)");
  const order = {
    reach: async () => ({ url: inDatabase(url, "postgres"), ours: true }),
    ...{ from: name, to: "migrate_remote_snapshot_x", signal: new AbortController().signal, log: () => {} },
  };
  await expect(copyDatabase({ ...order, patienceMs: 300 })).rejects.toThrow(
    `1 sessions were at work in database ${name} for too long`,
  );
  await expect(copyDatabase({ ...order, patienceMs: 300, signal: AbortSignal.abort() })).rejects.toThrow();
  expect((await busy.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  expect(await copiesIn(url)).toEqual([]);
});

it("says stopped of a server that does not answer, and makes no snapshot of it", async () => {
  const { open } = await project();
  const database = { url: "postgresql://nobody:secret@127.0.0.1:9/none" };
  const instance = { kind: "instance" as const, identifier: "mine" };
  const { send, instance: describe } = rdsOf(
    await open([aFunction("query.handler", { database, instance })]),
  );
  expect(await describe("mine")).toMatchObject({ DBInstanceStatus: "stopped" });
  const create = new CreateDBSnapshotCommand({ DBSnapshotIdentifier: "one", DBInstanceIdentifier: "mine" });
  await expect(send(create)).rejects.toMatchObject({ name: "InvalidDBInstanceStateFault" });
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  CreateDBSnapshotCommand,
  DeleteDBSnapshotCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
} from "@aws-sdk/client-rds";
import { afterAll, beforeAll, expect, it } from "vitest";
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
  // Longer than it would take, were nobody there.
  const begun = Date.now();
  await expect.poll(() => Date.now() - begun, { timeout: 5_000 }).toBeGreaterThan(2_000);
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

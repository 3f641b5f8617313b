import { join } from "node:path";
import {
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
} from "@aws-sdk/client-rds";
import { expect, it } from "vitest";
import { livingKeeper } from "../../src/local/ownership.js";
import type { RestoredRecord } from "../../src/local/rds/records.js";
import { openStore, type Store } from "../../src/local/rds/store.js";
import { ask, connectTo, copiesIn, inDatabase, rdsOf, shop } from "./rds-support.js";
import { isRunning, type Project, project, until } from "./support.js";

const create = (name: string) =>
  new CreateDBSnapshotCommand({ DBSnapshotIdentifier: name, DBInstanceIdentifier: "shop-local" });
const restore = new RestoreDBInstanceFromDBSnapshotCommand({
  ...{ DBSnapshotIdentifier: "one", DBInstanceIdentifier: "back" },
});
const remove = new DeleteDBInstanceCommand({ DBInstanceIdentifier: "back", SkipFinalSnapshot: true });

async function open(here: Project) {
  const session = await here.open([shop]);
  return { session, ...rdsOf(session), url: session.databaseUrl("query-handler") };
}

/** With the snapshot `one` of rows, and the instance `back` restored from it. */
async function furnished(here: Project) {
  const at = await open(here);
  await ask(at.url, "CREATE TABLE kept AS SELECT 42 AS n");
  await at.send(create("one"));
  await at.untilSnapshot("one");
  await at.send(restore);
  await at.untilInstance("back");
  return at;
}

async function kill(here: Project): Promise<void> {
  const keeper = livingKeeper(here.dataDirectory)?.pid ?? 0;
  process.kill(keeper, "SIGKILL");
  await until(() => !isRunning(keeper), "the keeper is dead");
}

/** What a keeper wrote last before it was killed. */
function leave(here: Project, write: (store: Store) => void): void {
  write(openStore(join(here.dataDirectory, "rds"), () => {}));
}

async function databasesIn(url: string): Promise<unknown[]> {
  const rows = await ask(inDatabase(url, "postgres"), "SELECT datname FROM pg_database");
  return rows.map(({ datname }) => datname);
}

const isGone = (found: Promise<unknown>) =>
  found.then(
    () => false,
    (error) => error.name === "DBInstanceNotFoundFault",
  );

it("says failed of a snapshot that was waiting for a session, and another can be made", async () => {
  const here = await project();
  const before = await open(here);
  await (await connectTo(before.url)).query("BEGIN; CREATE TABLE kept (n int)");
  await before.send(create("one"));
  await kill(here);
  const { snapshot, send, untilSnapshot, url } = await open(here);
  expect(await snapshot("one")).toMatchObject({ Status: "failed", PercentProgress: 0 });
  await send(create("two"));
  await untilSnapshot("two");
  await until(async () => (await copiesIn(url)).length === 1, "only the second has a copy");
});

it("drops a copy that was there but not yet told of", async () => {
  const here = await project();
  await furnished(here);
  await kill(here);
  leave(here, (store) => {
    for (const record of store.all("snapshot")) store.update(record, { status: "creating" });
  });
  const { snapshot, url } = await open(here);
  expect(await snapshot("one")).toMatchObject({ Status: "failed" });
  await until(async () => (await copiesIn(url)).length === 0, "the copy is dropped");
  expect(await ask(url, "SELECT n FROM kept")).toEqual([{ n: 42 }]);
  expect(await ask(inDatabase(url, "back"), "SELECT n FROM kept")).toEqual([{ n: 42 }]);
});

it.each(["copied", "named"])("drops what was %s for a restore, and nothing else", async (moment) => {
  const here = await project();
  const before = await furnished(here);
  let draft = "";
  leave(here, (store) => {
    draft = store.all("restored")[0]?.draft ?? "";
  });
  if (moment === "copied") {
    await ask(inDatabase(before.url, "postgres"), `ALTER DATABASE back RENAME TO ${draft}`);
    await ask(inDatabase(before.url, "postgres"), "CREATE DATABASE back");
  }
  await kill(here);
  leave(here, (store) => {
    for (const { name, ...record } of store.all("restored")) {
      store.put({ ...record, status: "creating" } satisfies RestoredRecord);
    }
  });
  const { instance, snapshot, send, untilInstance, url } = await open(here);
  expect(await instance("back")).toMatchObject({ DBInstanceStatus: "failed" });
  const restored = moment === "copied" ? draft : "back";
  await until(async () => !(await databasesIn(url)).includes(restored), "what was restored is dropped");
  expect(await instance("back")).toMatchObject({ DBInstanceStatus: "failed" });
  expect((await databasesIn(url)).includes("back")).toBe(moment === "copied");
  expect(await snapshot("one")).toMatchObject({ Status: "available" });
  await send(remove);
  await until(() => isGone(instance("back")), "its name is free");
  await send(restore);
  await untilInstance("back");
});

it("finishes a deletion that had begun", async () => {
  const here = await project();
  await furnished(here);
  await kill(here);
  leave(here, (store) => {
    for (const record of store.all("restored")) store.update(record, { status: "deleting" });
  });
  const { instance, url } = await open(here);
  await until(() => isGone(instance("back")), "the deletion is done");
  await expect(ask(inDatabase(url, "back"), "SELECT 1")).rejects.toThrow(/does not exist/);
  expect(await ask(url, "SELECT n FROM kept")).toEqual([{ n: 42 }]);
});

it("says failed of what is gone because somebody has dropped its database", async () => {
  const here = await project();
  const { session, url } = await furnished(here);
  const [copy] = await copiesIn(url);
  await ask(inDatabase(url, "postgres"), `DROP DATABASE ${copy}`);
  await session.close();
  const { untilSnapshot, instance } = await open(here);
  await untilSnapshot("one", "failed");
  expect(await instance("back")).toMatchObject({ DBInstanceStatus: "available" });
});

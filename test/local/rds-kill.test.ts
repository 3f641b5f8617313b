import { readFileSync } from "node:fs";
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
import { ask, connectTo, copiesIn, inDatabase, rdsOf, shop, stageFunction } from "./rds-support.js";
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

it("forgets what is gone because somebody has dropped its database, and says so in its log", async () => {
  const here = await project();
  const { session, url } = await furnished(here);
  const [copy] = await copiesIn(url);
  await ask(inDatabase(url, "postgres"), `DROP DATABASE ${copy}`);
  await session.close();
  const { snapshot, instance } = await open(here);
  await until(async () => (await snapshot("one").catch(() => undefined)) === undefined, "it is forgotten");
  expect(readFileSync(join(here.dataDirectory, "keeper.log"), "utf8")).toContain(
    `snapshot one is forgotten: there is no database ${copy}`,
  );
  expect(await instance("back")).toMatchObject({ DBInstanceStatus: "available" });
});

async function rename(url: string, ...names: [string, string][]): Promise<void> {
  for (const [from, to] of names) {
    await ask(inDatabase(url, "postgres"), `ALTER DATABASE ${from} RENAME TO ${to}`);
  }
}

/** The ways in which people put a restored database in the place of the stage's own, `app`. */
const swaps: Record<string, [string, string][]> = {
  "in two steps": [
    ["app", "app_old"],
    ["back", "app"],
  ],
  "in three steps": [
    ["app", "between"],
    ["back", "app"],
    ["between", "back"],
  ],
};

it.each(Object.keys(swaps))("never drops what was put in a stage's place %s", async (way) => {
  const here = await project();
  const first = await furnished(here);
  await ask(first.url, "INSERT INTO kept VALUES (43)");
  await rename(first.url, ...(swaps[way] ?? []));
  await ask(first.url, "INSERT INTO kept VALUES (44)");
  const live = [{ n: 42 }, { n: 44 }];
  const old = inDatabase(first.url, way === "in two steps" ? "app_old" : "back");
  expect(await ask(old, "SELECT n FROM kept")).toEqual([{ n: 42 }, { n: 43 }]);
  await first.session.close();
  for (const end of ["closed", "killed", "closed"]) {
    const at = await open(here);
    expect(await ask(at.url, "SELECT n FROM kept")).toEqual(live);
    const beside = inDatabase(at.url, new URL(old).pathname.slice(1));
    expect(await ask(beside, "SELECT n FROM kept")).toEqual([{ n: 42 }, { n: 43 }]);
    if (end === "killed") await kill(here);
    else await at.session.close();
  }
  const last = await open(here);
  expect(await isGone(last.instance("back"))).toBe(true);
  expect(await ask(last.url, "SELECT n FROM kept")).toEqual(live);
});

it.each(Object.keys(swaps))("deletes nothing but what was restored: swapped %s", async (way) => {
  const here = await project();
  const { url, send, instance } = await furnished(here);
  await ask(url, "INSERT INTO kept VALUES (43)");
  await rename(url, ...(swaps[way] ?? []));
  await send(remove);
  await until(() => isGone(instance("back")), "the deletion is done");
  expect(await ask(url, "SELECT n FROM kept")).toEqual([{ n: 42 }]);
  const old = inDatabase(url, way === "in two steps" ? "app_old" : "back");
  expect(await ask(old, "SELECT n FROM kept")).toEqual([{ n: 42 }, { n: 43 }]);
});

it("does not finish a deletion when the names were swapped after the kill", async () => {
  const here = await project();
  const { url } = await furnished(here);
  await ask(url, "INSERT INTO kept VALUES (43)");
  await rename(url, ...(swaps["in three steps"] ?? []));
  await kill(here);
  leave(here, (store) => {
    for (const record of store.all("restored")) store.update(record, { status: "deleting" });
  });
  const next = await open(here);
  await until(() => isGone(next.instance("back")), "its record is gone");
  expect(await ask(next.url, "SELECT n FROM kept")).toEqual([{ n: 42 }]);
  expect(await ask(inDatabase(next.url, "back"), "SELECT n FROM kept")).toEqual([{ n: 42 }, { n: 43 }]);
});

it("does not drop what was half made when a person has named it anew", async () => {
  const here = await project();
  const { url } = await furnished(here);
  await rename(url, ...(swaps["in two steps"] ?? []));
  await kill(here);
  leave(here, (store) => {
    for (const { name, ...record } of store.all("restored")) {
      store.put({ ...record, status: "creating" } satisfies RestoredRecord);
    }
  });
  for (let restarts = 0; restarts < 2; restarts += 1) {
    const next = await open(here);
    await next.send(remove).catch(() => {});
    await until(() => isGone(next.instance("back")), "its record is gone");
    expect(await ask(next.url, "SELECT n FROM kept")).toEqual([{ n: 42 }]);
    await next.session.close();
  }
});

it("drops no database that a stage uses, though it was restored under that name", async () => {
  const here = await project();
  const first = await furnished(here);
  await first.session.close();
  const taken = stageFunction({ kind: "instance", identifier: "shop-other" }, "back");
  const other = await here.open([taken]);
  await other.close();
  const { send, instance, url } = await open(here);
  await send(remove).catch(() => {});
  await until(() => isGone(instance("back")), "it is no restored instance any more");
  expect(await ask(inDatabase(url, "back"), "SELECT n FROM kept")).toEqual([{ n: 42 }]);
});

it("writes each drop and each omission into keeper.log, by the database's name", async () => {
  const here = await project();
  const { send, instance, url } = await furnished(here);
  const log = () => readFileSync(join(here.dataDirectory, "keeper.log"), "utf8");
  await send(remove);
  await until(() => isGone(instance("back")), "the deletion is done");
  expect(log()).toMatch(/rds: dropped database back\n/);
  await send(restore);
  await until(async () => (await instance("back"))?.DBInstanceStatus === "available", "it is back");
  await rename(url, ["back", "mine"]);
  await send(remove);
  await until(() => isGone(instance("back")), "the deletion is done");
  expect(log()).toMatch(/rds: no database was dropped for restored back: .*back/);
  expect(await ask(inDatabase(url, "mine"), "SELECT n FROM kept")).toEqual([{ n: 42 }]);
});

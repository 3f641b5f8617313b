import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  AddTagsToResourceCommand,
  CreateDBSnapshotCommand,
  DeleteDBInstanceCommand,
  DeleteDBSnapshotCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  DescribeDBProxiesCommand,
  DescribeDBSnapshotsCommand,
  ListTagsForResourceCommand,
  ModifyDBInstanceCommand,
  paginateDescribeDBSnapshots,
  RestoreDBInstanceFromDBSnapshotCommand,
} from "@aws-sdk/client-rds";
import { expect, it } from "vitest";
import { openStore } from "../../src/local/rds/store.js";
import { ask, connectTo, copiesIn, inDatabase, rdsOf, shop, stageFunction } from "./rds-support.js";
import { aFunction, invoke, project } from "./support.js";

const create = (name: string, tags: Record<string, string> = {}) =>
  new CreateDBSnapshotCommand({
    DBSnapshotIdentifier: name,
    DBInstanceIdentifier: "shop-local",
    Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  });
const restore = (snapshot: string, name: string) =>
  new RestoreDBInstanceFromDBSnapshotCommand({ DBSnapshotIdentifier: snapshot, DBInstanceIdentifier: name });

async function openShop() {
  const here = await project();
  const session = await here.open([shop]);
  return { ...here, session, url: session.databaseUrl("query-handler"), ...rdsOf(session) };
}

it("brings the rows back that a migration has dropped", async () => {
  const { session, url, send, untilSnapshot, untilInstance, snapshot, instance } = await openShop();
  await ask(url, "CREATE TABLE invoices AS SELECT n FROM generate_series(1, 1000) n");
  const { DBSnapshot } = await send(create("Before-Friday", { "migrate-remote:stage": "local" }));
  expect(DBSnapshot).toMatchObject({
    ...{ DBSnapshotIdentifier: "before-friday", DBInstanceIdentifier: "shop-local", Status: "creating" },
    ...{ PercentProgress: 0, SnapshotType: "manual", Engine: "postgres", AllocatedStorage: 1 },
    TagList: [{ Key: "migrate-remote:stage", Value: "local" }],
    SnapshotCreateTime: expect.any(Date),
    DBSnapshotArn: "arn:aws:rds:us-east-1:000000000000:snapshot:before-friday",
  });
  await untilSnapshot("before-friday");
  expect(await snapshot("before-friday")).toMatchObject({ PercentProgress: 100 });
  await ask(url, "DROP TABLE invoices");

  const { DBInstance } = await send(restore("before-friday", "shop-restored"));
  expect(DBInstance).toMatchObject({ DBInstanceStatus: "creating" });
  expect(DBInstance?.Endpoint).toBeUndefined();
  await untilInstance("shop-restored");
  const restored = await instance("shop-restored");
  expect(restored).toMatchObject({ DBName: "shop_restored", Endpoint: { Address: "127.0.0.1" } });
  expect(restored?.Endpoint?.Port).toBe(Number(new URL(url).port));
  const there = inDatabase(url, restored?.DBName ?? "");
  expect(await ask(there, "SELECT count(*)::int AS n FROM invoices")).toEqual([{ n: 1000 }]);
  await expect(ask(url, "SELECT FROM invoices")).rejects.toThrow(/does not exist/);
  expect((await invoke(session, "query-handler", { sql: "SELECT 1 AS one" })).answer).toEqual([{ one: 1 }]);
});

it("describes a stage's database as it is, and what was restored as it was asked for", async () => {
  const { url, send, instance, untilSnapshot } = await openShop();
  const own = await instance("SHOP-local");
  expect(own).toMatchObject({
    ...{
      DBInstanceIdentifier: "shop-local",
      DBInstanceStatus: "available",
      Engine: "postgres",
      DBName: "app",
    },
    ...{ MasterUsername: "postgres", BackupRetentionPeriod: 0, MultiAZ: false, DeletionProtection: false },
    Endpoint: { Address: "127.0.0.1", Port: Number(new URL(url).port) },
    EngineVersion: expect.stringMatching(/^\d+\.\d+$/),
    DBSubnetGroup: { DBSubnetGroupName: "migrate-remote-local" },
  });
  await send(create("one"));
  await untilSnapshot("one");
  const copied = {
    DBSubnetGroupName: own?.DBSubnetGroup?.DBSubnetGroupName,
    VpcSecurityGroupIds: own?.VpcSecurityGroups?.map(({ VpcSecurityGroupId: id }) => id ?? ""),
    DBParameterGroupName: own?.DBParameterGroups?.[0]?.DBParameterGroupName,
    DBInstanceClass: own?.DBInstanceClass,
    Port: own?.Endpoint?.Port,
    MultiAZ: own?.MultiAZ,
    PubliclyAccessible: own?.PubliclyAccessible,
    DeletionProtection: own?.DeletionProtection,
    StorageType: own?.StorageType,
    LicenseModel: own?.LicenseModel,
    NetworkType: own?.NetworkType,
    CopyTagsToSnapshot: true,
    Tags: [{ Key: "a", Value: "" }],
  };
  const names = { DBSnapshotIdentifier: "one", DBInstanceIdentifier: "like" };
  await send(new RestoreDBInstanceFromDBSnapshotCommand({ ...names, ...copied }));
  await send(restore("one", "plain"));
  const groups = ({ DBSubnetGroup, VpcSecurityGroups, DBParameterGroups }: NonNullable<typeof own>) => ({
    ...{ DBSubnetGroup, VpcSecurityGroups, DBParameterGroups },
  });
  const [like, plain] = [await instance("like"), await instance("plain")];
  expect(like && groups(like)).toEqual(own && groups(own));
  expect(like).toMatchObject({ CopyTagsToSnapshot: true, TagList: [{ Key: "a", Value: "" }] });
  expect(plain).toMatchObject({
    DBSubnetGroup: { DBSubnetGroupName: "default" },
    DBParameterGroups: [{ DBParameterGroupName: expect.stringMatching(/^default\.postgres\d+$/) }],
  });
  for (const wrong of [
    { DBSubnetGroupName: "nowhere" },
    { VpcSecurityGroupIds: ["sg-1"] },
    { DBParameterGroupName: "nothing" },
    { MultiAZ: true },
    { Port: 1 },
    { Iops: 3000 },
    { DBInstanceClass: "t3.micro" },
  ]) {
    const input = { ...names, DBInstanceIdentifier: "wrong", ...wrong };
    await expect(send(new RestoreDBInstanceFromDBSnapshotCommand(input))).rejects.toThrow();
  }
  await expect(instance("wrong")).rejects.toMatchObject({ name: "DBInstanceNotFoundFault" });
});

it("refuses what RDS refuses, in its terms", async () => {
  const { url, send, untilSnapshot, untilInstance, instance } = await openShop();
  const refused = async (call: Promise<unknown>, name: string, status: number) =>
    await expect(call).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } });
  const of = (DBInstanceIdentifier: string) => ({ DBSnapshotIdentifier: "one", DBInstanceIdentifier });

  await refused(send(new CreateDBSnapshotCommand(of("nothing"))), "DBInstanceNotFoundFault", 404);
  for (const name of ["1st", "a--b", "a-", "a_b", "", "-a", "a".repeat(256), "rds:a"]) {
    await refused(send(create(name)), "InvalidParameterValue", 400);
  }
  // As long as it is open, nothing is copied.
  const busy = await connectTo(url);
  await busy.query("BEGIN; CREATE TABLE kept (n int)");
  const two = await Promise.allSettled([send(create("one")), send(create("two"))]);
  expect(two.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  const begun = two[0].status === "fulfilled" ? "one" : "two";
  expect(two.find(({ status }) => status === "rejected")).toMatchObject({
    reason: { name: "InvalidDBInstanceStateFault", message: /is not currently in the available state/ },
  });
  expect(await instance("shop-local")).toMatchObject({ DBInstanceStatus: "backing-up" });
  const DBSnapshotIdentifier = begun;
  await refused(
    send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier })),
    "InvalidDBSnapshotStateFault",
    400,
  );
  await refused(send(restore(begun, "early")), "InvalidDBSnapshotStateFault", 400);
  await busy.query("COMMIT");
  await busy.end();
  await untilSnapshot(begun);
  await refused(send(create(begun.toUpperCase())), "DBSnapshotAlreadyExistsFault", 400);
  await refused(send(restore(begun, "shop-local")), "DBInstanceAlreadyExistsFault", 400);
  await refused(send(restore("nothing", "new")), "DBSnapshotNotFoundFault", 404);
  await send(restore(begun, "new"));
  await refused(send(restore(begun, "NEW")), "DBInstanceAlreadyExistsFault", 400);
  await refused(
    send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier })),
    "InvalidDBSnapshotStateFault",
    400,
  );
  await untilInstance("new");
  const unsaved = new DeleteDBInstanceCommand({ DBInstanceIdentifier: "new" });
  await refused(send(unsaved), "InvalidParameterCombination", 400);
  const own = new DeleteDBInstanceCommand({ DBInstanceIdentifier: "shop-local", SkipFinalSnapshot: true });
  await refused(send(own), "InvalidDBInstanceStateFault", 400);
  await refused(
    send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier: "nothing" })),
    "DBSnapshotNotFoundFault",
    404,
  );
  await expect(send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: "new" }))).rejects.toThrow(
    "migrate-remote local does not implement ModifyDBInstance (2014-10-31)",
  );
});

it("lists, filters and tags", async () => {
  const { send, untilSnapshot, snapshot } = await openShop();
  await send(create("s00"));
  await untilSnapshot("s00");
  const list = async (input: ConstructorParameters<typeof DescribeDBSnapshotsCommand>[0] = {}) =>
    (await send(new DescribeDBSnapshotsCommand(input))).DBSnapshots?.map((one) => one.DBSnapshotIdentifier);
  expect(await list()).toEqual(["s00"]);
  expect(await list({ DBInstanceIdentifier: "shop-local", SnapshotType: "manual" })).toEqual(["s00"]);
  expect(await list({ SnapshotType: "automated" })).toEqual([]);
  expect(await list({ DBInstanceIdentifier: "another" })).toEqual([]);
  const filter = (Name: string, ...Values: string[]) => ({ Filters: [{ Name, Values }] });
  expect(await list(filter("db-instance-id", "x", "shop-local"))).toEqual(["s00"]);
  expect(await list(filter("db-snapshot-id", "x"))).toEqual([]);
  await expect(list(filter("name", "x"))).rejects.toThrow("Unrecognized filter name: name");
  await expect(list({ MaxRecords: 5 })).rejects.toThrow(/MaxRecords must be from 20 to 100/);
  await expect(list({ Marker: "nonsense" })).rejects.toThrow(/invalid marker/);

  const ResourceName = (await snapshot("s00"))?.DBSnapshotArn ?? "";
  const tag = (Key: string, Value: string) =>
    send(new AddTagsToResourceCommand({ ResourceName, Tags: [{ Key, Value }] }));
  await tag("a", "1");
  await tag("b", "ü + : / = . _ @ -");
  await tag("a", "2");
  const { TagList } = await send(new ListTagsForResourceCommand({ ResourceName }));
  expect(TagList).toEqual([
    { Key: "b", Value: "ü + : / = . _ @ -" },
    { Key: "a", Value: "2" },
  ]);
  expect((await snapshot("s00"))?.TagList).toEqual(TagList);
  await expect(tag("aws:x", "")).rejects.toMatchObject({ name: "InvalidParameterValue" });
  await expect(tag("c", "<&>")).rejects.toMatchObject({ name: "InvalidParameterValue" });
  const own = "arn:aws:rds:us-east-1:000000000000:db:shop-local";
  await send(new AddTagsToResourceCommand({ ResourceName: own, Tags: [{ Key: "team", Value: "shop" }] }));
  const { DBInstances } = await send(new DescribeDBInstancesCommand());
  expect(DBInstances).toMatchObject([{ DBInstanceArn: own, TagList: [{ Key: "team", Value: "shop" }] }]);
  expect((await send(new DescribeDBClustersCommand())).DBClusters).toEqual([]);
  expect((await send(new DescribeDBProxiesCommand())).DBProxies).toEqual([]);
});

it("pages", async () => {
  const { session, send, untilSnapshot, dataDirectory, open } = await openShop();
  await send(create("s00"));
  await untilSnapshot("s00");
  await session.close();
  const store = openStore(join(dataDirectory, "rds"), () => {});
  const [record] = store.all("snapshot");
  const names = Array.from({ length: 43 }, (_, index) => `s${String(index).padStart(2, "0")}`);
  for (const identifier of names) if (record) store.put({ ...record, identifier });
  const { rds } = rdsOf(await open([shop]));
  const pages: (string | undefined)[][] = [];
  for await (const page of paginateDescribeDBSnapshots({ client: rds, pageSize: 20 }, {})) {
    pages.push(page.DBSnapshots?.map((one) => one.DBSnapshotIdentifier) ?? []);
  }
  expect(pages.map(({ length }) => length)).toEqual([20, 20, 3]);
  expect(pages.flat()).toEqual(names);
});

it("waits for a session in a transaction, ends idle ones, and lets new ones connect afterwards", async () => {
  const { session, url, send, snapshot, untilSnapshot } = await openShop();
  await ask(url, "CREATE TABLE kept (n int)");
  await invoke(session, "query-handler", { sql: "SELECT 1" });
  const [idle, busy, locking] = [await connectTo(url), await connectTo(url), await connectTo(url)];
  await idle.query("SELECT 1");
  await locking.query("SELECT pg_advisory_lock(1)");
  await busy.query("BEGIN; INSERT INTO kept VALUES (1)");
  await send(create("one"));
  const idleEnded = new Promise((resolve) => idle.once("end", resolve));
  await idleEnded;
  expect(await snapshot("one")).toMatchObject({ Status: "creating", PercentProgress: 0 });
  await busy.query("COMMIT");
  await busy.end();
  expect((await locking.query("SELECT n FROM kept")).rows).toEqual([{ n: 1 }]);
  expect(await snapshot("one")).toMatchObject({ Status: "creating", PercentProgress: 0 });
  await locking.query("SELECT pg_advisory_unlock(1)");
  await untilSnapshot("one");
  expect(await ask(url, "SELECT n FROM kept")).toEqual([{ n: 1 }]);
});

it("does not wait for a frozen handler that holds a transaction open: it begins anew", async () => {
  const here = await project();
  const holding = { ...shop, name: "holding", handler: "holding.handler" };
  const session = await here.open([holding]);
  const { send, untilSnapshot } = rdsOf(session);
  const before = await invoke(session, "holding", { sql: "BEGIN; CREATE TABLE lost (n int)" });
  expect(before.answer).toBeTypeOf("number");
  await send(create("one"));
  await untilSnapshot("one");
  const after = await invoke(session, "holding", { sql: "CREATE TABLE lost (n int)" });
  expect(after.failed).toBeUndefined();
  expect(after.answer).not.toBe(before.answer);
});

it("keeps snapshots and what was restored for the next keeper, and what was deleted is gone", async () => {
  const { session, open, url, send, untilSnapshot, untilInstance, dataDirectory } = await openShop();
  await ask(url, "CREATE TABLE kept AS SELECT 42 AS n");
  await send(create("one"));
  await untilSnapshot("one");
  await send(restore("one", "first"));
  await untilInstance("first");
  await session.close();
  for (const name of readdirSync(join(dataDirectory, "rds"))) {
    expect(statSync(join(dataDirectory, "rds", name)).mode & 0o077).toBe(0);
    expect(readFileSync(join(dataDirectory, "rds", name), "utf8")).not.toContain(new URL(url).password);
  }
  // What somebody else has damaged is passed over.
  writeFileSync(join(dataDirectory, "rds", "snapshot-instance-damaged.json"), "{");

  const again = await open([shop]);
  const next = rdsOf(again);
  const there = again.databaseUrl("query-handler");
  expect(await next.snapshot("one")).toMatchObject({ Status: "available", PercentProgress: 100 });
  expect(await ask(inDatabase(there, "first"), "SELECT n FROM kept")).toEqual([{ n: 42 }]);
  expect(await next.instance("first")).toMatchObject({
    DBInstanceStatus: "available",
    Endpoint: { Port: Number(new URL(there).port) },
  });
  await next.send(restore("one", "second"));
  await next.untilInstance("second");
  const connected = await connectTo(inDatabase(there, "first"));
  const cutOff = new Promise((resolve) => connected.once("end", resolve));
  const { DBInstance } = await next.send(
    new DeleteDBInstanceCommand({ DBInstanceIdentifier: "first", SkipFinalSnapshot: true }),
  );
  expect(DBInstance).toMatchObject({ DBInstanceStatus: "deleting" });
  await cutOff;
  await expect
    .poll(() => next.instance("first").catch((error) => error.name), { timeout: 60_000 })
    .toBe("DBInstanceNotFoundFault");
  expect(await copiesIn(there)).toHaveLength(1);
  const deleted = await next.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: "one" }));
  expect(deleted.DBSnapshot).toMatchObject({ Status: "deleted" });
  expect(await copiesIn(there)).toEqual([]);
  await expect(ask(inDatabase(there, "first"), "SELECT 1")).rejects.toThrow(/does not exist/);
  expect(await ask(inDatabase(there, "second"), "SELECT n FROM kept")).toEqual([{ n: 42 }]);
  await expect(next.snapshot("one")).rejects.toMatchObject({ name: "DBSnapshotNotFoundFault" });
});

it("gives a restored database another name where a database has that one", async () => {
  const { url, send, untilSnapshot, untilInstance, instance } = await openShop();
  await send(create("one"));
  await untilSnapshot("one");
  await ask(inDatabase(url, "postgres"), "CREATE DATABASE taken");
  await send(restore("one", "taken"));
  await untilInstance("taken");
  expect(await instance("taken")).toMatchObject({ DBName: "taken_2" });
  await send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: "taken", SkipFinalSnapshot: true }));
  await expect
    .poll(() => instance("taken").catch((error) => error.name), { timeout: 60_000 })
    .toBe("DBInstanceNotFoundFault");
  expect(await ask(inDatabase(url, "taken"), "SELECT 1 AS one")).toEqual([{ one: 1 }]);
});

it("does not guess between two stages that call their databases the same", async () => {
  const here = await project();
  const name = { kind: "instance" as const, identifier: "shop-local" };
  const other = { ...stageFunction(name, "other"), name: "other" };
  const { send } = rdsOf(await here.open([shop, other]));
  await expect(send(create("one"))).rejects.toThrow(/Two databases of this project are called shop-local/);
});

it("knows no database of a function that has no stage", async () => {
  const here = await project();
  const { send } = rdsOf(await here.open([aFunction("hello.handler")]));
  expect((await send(new DescribeDBInstancesCommand())).DBInstances).toEqual([]);
});

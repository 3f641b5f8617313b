import { afterEach, expect, test } from "vitest";
import {
  clusters,
  groups,
  instances,
  members,
  shop,
  shopProd,
  snapshot,
  snapshots,
  tagList,
} from "./answers.js";
import { failure, result, type Scripted, scripted, xml } from "./support.js";

let rds: Scripted;
afterEach(() => rds.close());

const instance = { kind: "instance", identifier: "shop-prod" } as const;
const cluster = { kind: "cluster", identifier: "shop" } as const;

test("a cluster's every address is told in lower case, and the writer comes first", async () => {
  rds = await scripted({
    DescribeDBClusters: clusters(
      [
        shop,
        xml({
          Endpoint: "Shop.cluster-abc.rds.amazonaws.com",
          ReaderEndpoint: "shop.cluster-ro-abc.rds.amazonaws.com",
        }),
        "<CustomEndpoints><member>big.cluster-custom-abc.rds.amazonaws.com</member></CustomEndpoints>",
        members(["shop-1", false], ["shop-2", true], ["shop-gone", false]),
      ].join(""),
    ),
    DescribeDBInstances: instances(
      xml({ DBInstanceIdentifier: "shop-1", DBInstanceStatus: "backing-up" }),
      `${xml({ DBInstanceIdentifier: "shop-2", DBInstanceStatus: "available" })}<Endpoint>${xml({ Address: "shop-2.abc.rds.amazonaws.com", Port: 5433 })}</Endpoint>`,
      xml({ DBInstanceIdentifier: "shop-3", DBInstanceStatus: "creating" }),
    ),
  });
  expect(await rds.databases.describe(cluster)).toEqual({
    ...cluster,
    status: "available",
    engine: "aurora-postgresql",
    endpoints: [
      { host: "shop.cluster-abc.rds.amazonaws.com", port: 5433 },
      { host: "shop.cluster-ro-abc.rds.amazonaws.com", port: 5433 },
      { host: "big.cluster-custom-abc.rds.amazonaws.com", port: 5433 },
      { host: "shop-2.abc.rds.amazonaws.com", port: 5433 },
    ],
    members: [
      { identifier: "shop-2", status: "available" },
      { identifier: "shop-1", status: "backing-up" },
      { identifier: "shop-gone", status: "unknown" },
      { identifier: "shop-3", status: "creating" },
    ],
    backupRetentionDays: 0,
  });
});

test("an empty answer is no database and no snapshot", async () => {
  rds = await scripted({
    DescribeDBInstances: instances(),
    DescribeDBClusters: clusters(),
    DescribeDBSnapshots: snapshots([]),
  });
  await expect(rds.databases.describe(instance)).rejects.toMatchObject({ code: "database_not_found" });
  await expect(rds.databases.describe(cluster)).rejects.toMatchObject({ code: "database_not_found" });
  expect(await rds.databases.snapshot({ kind: "instance", id: "s" })).toBeUndefined();
});

test("snapshots are read to the last page, newest first, those that have not begun before all", async () => {
  const at = (day: number) => ({ SnapshotCreateTime: `2026-11-${day}T10:00:00Z` });
  rds = await scripted({
    DescribeDBSnapshots: [
      snapshots([snapshot("monday", at(16)), snapshot("friday", at(20))], "more"),
      snapshots([snapshot("coming", { Status: "creating", PercentProgress: 0 })], "still-more"),
      snapshots([`${snapshot("wednesday", at(18))}${tagList({ "migrate-remote:stage": "prod" })}`]),
    ],
  });
  const found = await rds.databases.snapshots(instance);
  expect(found.map(({ id }) => id)).toEqual(["coming", "friday", "wednesday", "monday"]);
  expect(found[2]).toMatchObject({ tags: { "migrate-remote:stage": "prod" }, percent: 100 });
  expect(rds.asked.map(({ Marker, SnapshotType }) => [Marker, SnapshotType])).toEqual([
    [undefined, "manual"],
    ["more", "manual"],
    ["still-more", "manual"],
  ]);
});

test("a snapshot's progress is told as RDS tells it", async () => {
  rds = await scripted({
    DescribeDBSnapshots: [3, 57, 250].map((percent) =>
      snapshots([snapshot("s", { Status: "creating", PercentProgress: percent, AllocatedStorage: 400 })]),
    ),
  });
  const read = () => rds.databases.snapshot({ kind: "instance", id: "s" });
  expect(await read()).toMatchObject({ status: "creating", percent: 3, sizeGiB: 400 });
  expect(await read()).toMatchObject({ percent: 57 });
  expect(await read()).toMatchObject({ percent: 100 });
});

const backup = (id: string, status: string, earliest: string) =>
  `<DBInstanceAutomatedBackup>${xml({ DbiResourceId: id, Status: status })}<RestoreWindow>${xml({ EarliestTime: earliest })}</RestoreWindow></DBInstanceAutomatedBackup>`;

test("the recovery window begins where the instance's own backups do, not a namesake's", async () => {
  rds = await scripted({
    DescribeDBInstances: instances(shopProd),
    DescribeDBInstanceAutomatedBackups: result(
      "DescribeDBInstanceAutomatedBackups",
      `<DBInstanceAutomatedBackups>${backup("db-OLD", "retained", "2020-01-01T00:00:00Z")}${backup("db-SHOP", "active", "2026-11-13T00:00:00Z")}</DBInstanceAutomatedBackups>`,
    ),
  });
  expect(await rds.databases.recoveryWindow(instance)).toEqual({
    earliest: "2026-11-13T00:00:00.000Z",
    latest: "2026-11-20T10:40:00.000Z",
  });
});

test("without the right to read the backups the window's end is told all the same", async () => {
  rds = await scripted({
    DescribeDBInstances: instances(shopProd),
    DescribeDBInstanceAutomatedBackups: failure(403, "AccessDenied", "not authorized"),
  });
  expect(await rds.databases.recoveryWindow(instance)).toEqual({ latest: "2026-11-20T10:40:00.000Z" });
});

test("without backups there is no recovery window, and nobody asks for one", async () => {
  rds = await scripted({
    DescribeDBInstances: instances(
      `${xml({ DBInstanceIdentifier: "shop-prod", BackupRetentionPeriod: 0 })}${groups("sg-1")}`,
    ),
    DescribeDBClusters: clusters(shop),
  });
  expect(await rds.databases.recoveryWindow(instance)).toBeUndefined();
  expect(await rds.databases.recoveryWindow(cluster)).toBeUndefined();
  expect(rds.of("DescribeDBInstanceAutomatedBackups")).toEqual([]);
});

const proxies = {
  DescribeDBProxies: [
    result(
      "DescribeDBProxies",
      `${xml({ Marker: "2" })}<DBProxies><member>${xml({ DBProxyName: "other", Endpoint: "other.proxy-abc.eu-west-1.rds.amazonaws.com" })}</member></DBProxies>`,
    ),
    result(
      "DescribeDBProxies",
      `<DBProxies><member>${xml({ DBProxyName: "shop", Endpoint: "Shop.proxy-abc.eu-west-1.rds.amazonaws.com" })}</member></DBProxies>`,
    ),
  ],
  DescribeDBProxyEndpoints: result(
    "DescribeDBProxyEndpoints",
    `<DBProxyEndpoints><member>${xml({ DBProxyName: "shop", Endpoint: "ro.endpoint.proxy-abc.eu-west-1.rds.amazonaws.com" })}</member></DBProxyEndpoints>`,
  ),
  DescribeDBProxyTargets: result(
    "DescribeDBProxyTargets",
    `<Targets><member>${xml({ Type: "TRACKED_CLUSTER", RdsResourceId: "shop" })}</member><member>${xml({ Type: "RDS_INSTANCE", RdsResourceId: "shop-1", TrackedClusterId: "shop" })}</member><member>${xml({ Type: "RDS_INSTANCE", RdsResourceId: "shop-prod" })}</member></Targets>`,
  ),
};

test.each([
  ["its own host", "SHOP.proxy-abc.eu-west-1.rds.amazonaws.com."],
  ["a further endpoint", "ro.endpoint.proxy-abc.eu-west-1.rds.amazonaws.com"],
])("what is behind a proxy is found by %s", async (_, host) => {
  rds = await scripted(proxies);
  expect(await rds.databases.behindProxy(host)).toEqual([cluster, instance]);
  expect(rds.of("DescribeDBProxyTargets")).toMatchObject([{ DBProxyName: "shop" }]);
});

test("another account's proxy is nobody's, and for no proxy's host nobody is asked", async () => {
  rds = await scripted(proxies);
  expect(await rds.databases.behindProxy("shop.proxy-xyz.eu-west-1.rds.amazonaws.com")).toBeUndefined();
  const count = rds.asked.length;
  for (const host of ["shop.abc.eu-west-1.rds.amazonaws.com", "proxy-abc.example.com", "127.0.0.1"]) {
    expect(await rds.databases.behindProxy(host)).toBeUndefined();
  }
  expect(rds.asked).toHaveLength(count);
});

import { afterEach, expect, test } from "vitest";
import { clusters, gp3, groups, instances, members, shop, shopProd, tagList } from "./answers.js";
import { failure, result, type Scripted, scripted, xml } from "./support.js";

let rds: Scripted;
afterEach(() => rds.close());

const tags = { "migrate-remote:restored-from": "before" };
const ofInstance = {
  original: { kind: "instance", identifier: "shop-prod" },
  identifier: "shop-back",
  from: { snapshot: "before" },
  tags,
} as const;
const ofCluster = { ...ofInstance, original: { kind: "cluster", identifier: "shop" } } as const;
const moment = { from: { moment: "2026-11-20T10:15:00.000Z" } };

const madeInstance = (action: string) =>
  result(
    action,
    `<DBInstance>${xml({ DBInstanceIdentifier: "shop-back", DBInstanceStatus: "creating" })}</DBInstance>`,
  );
const madeCluster = (action: string) =>
  result(action, `<DBCluster>${xml({ DBClusterIdentifier: "shop-back", Status: "creating" })}</DBCluster>`);

const likeShopProd = {
  DBInstanceClass: "db.r6g.large",
  DBSubnetGroupName: "private",
  "VpcSecurityGroupIds.VpcSecurityGroupId.1": "sg-1",
  "VpcSecurityGroupIds.VpcSecurityGroupId.2": "sg-2",
  DBParameterGroupName: "tuned",
  Port: "6432",
  MultiAZ: "true",
  PubliclyAccessible: "false",
  AutoMinorVersionUpgrade: "false",
  LicenseModel: "postgresql-license",
  EnableIAMDatabaseAuthentication: "true",
  "EnableCloudwatchLogsExports.member.1": "postgresql",
  DeletionProtection: "true",
  CopyTagsToSnapshot: "true",
  CACertificateIdentifier: "rds-ca-rsa2048-g1",
  NetworkType: "DUAL",
  "Tags.Tag.1.Key": "migrate-remote:restored-from",
  "Tags.Tag.1.Value": "before",
};

test("an instance takes from the original what is not the snapshot's own, and nothing else", async () => {
  rds = await scripted({
    DescribeDBInstances: instances(shopProd + gp3(3000, 125)),
    RestoreDBInstanceFromDBSnapshot: madeInstance("RestoreDBInstanceFromDBSnapshot"),
  });
  expect(await rds.databases.restore(ofInstance)).toMatchObject({
    kind: "instance",
    identifier: "shop-back",
    status: "creating",
    endpoints: [],
  });
  expect(rds.of("RestoreDBInstanceFromDBSnapshot")).toEqual([
    {
      Action: "RestoreDBInstanceFromDBSnapshot",
      Version: "2014-10-31",
      DBInstanceIdentifier: "shop-back",
      DBSnapshotIdentifier: "before",
      StorageType: "gp3",
      ...likeShopProd,
    },
  ]);
});

test("an instance as it was at a moment", async () => {
  rds = await scripted({
    DescribeDBInstances: instances(shopProd + gp3(16_000, 750)),
    RestoreDBInstanceToPointInTime: madeInstance("RestoreDBInstanceToPointInTime"),
  });
  await rds.databases.restore({ ...ofInstance, ...moment });
  expect(rds.of("RestoreDBInstanceToPointInTime")).toEqual([
    {
      Action: "RestoreDBInstanceToPointInTime",
      Version: "2014-10-31",
      SourceDBInstanceIdentifier: "shop-prod",
      TargetDBInstanceIdentifier: "shop-back",
      RestoreTime: "2026-11-20T10:15:00Z",
      MaxAllocatedStorage: "1000",
      StorageType: "gp3",
      Iops: "16000",
      StorageThroughput: "750",
      ...likeShopProd,
    },
  ]);
});

test.each([
  ["io2", 5000, { StorageType: "io2", Iops: "5000" }],
  ["gp2", 0, { StorageType: "gp2" }],
])("storage of type %s keeps what it was given", async (type, iops, expected) => {
  rds = await scripted({
    DescribeDBInstances: instances(shopProd + xml({ StorageType: type, Iops: iops })),
    RestoreDBInstanceFromDBSnapshot: madeInstance("RestoreDBInstanceFromDBSnapshot"),
  });
  await rds.databases.restore(ofInstance);
  const [{ StorageType, Iops } = {}] = rds.of("RestoreDBInstanceFromDBSnapshot");
  expect({ StorageType, ...(Iops === undefined ? {} : { Iops }) }).toEqual(expected);
});

test.each([
  ["of none", ""],
  ["that are all on their way out", groups("sg-1").replace("active", "removing")],
])("security groups %s: nothing is restored, since RDS would take the VPC's default", async (_, shown) => {
  rds = await scripted({
    DescribeDBInstances: instances(xml({ DBInstanceIdentifier: "shop-prod" }) + shown),
    DescribeDBClusters: clusters(xml({ DBClusterIdentifier: "shop" }) + shown),
  });
  for (const request of [ofInstance, { ...ofInstance, ...moment }, ofCluster, { ...ofCluster, ...moment }]) {
    await expect(rds.databases.restore(request)).rejects.toMatchObject({
      code: "restore_impossible",
      message: expect.stringContaining("security groups"),
    });
  }
  expect(rds.asked.filter(({ Action }) => Action?.startsWith("Restore"))).toEqual([]);
});

const likeShop = {
  DBClusterIdentifier: "shop-back",
  DBSubnetGroupName: "private",
  "VpcSecurityGroupIds.VpcSecurityGroupId.1": "sg-3",
  DBClusterParameterGroupName: "tuned-cluster",
  Port: "5433",
  DeletionProtection: "true",
  StorageType: "aurora-iopt1",
  "ServerlessV2ScalingConfiguration.MinCapacity": "0.5",
  "ServerlessV2ScalingConfiguration.MaxCapacity": "8",
  "Tags.Tag.1.Key": "migrate-remote:restored-from",
  "Tags.Tag.1.Value": "before",
};

test("a cluster takes from the original what is not the snapshot's own, or as it was at a moment", async () => {
  rds = await scripted({
    DescribeDBClusters: clusters(shop),
    RestoreDBClusterFromSnapshot: madeCluster("RestoreDBClusterFromSnapshot"),
    RestoreDBClusterToPointInTime: madeCluster("RestoreDBClusterToPointInTime"),
  });
  expect(await rds.databases.restore(ofCluster)).toMatchObject({ status: "creating", members: [] });
  await rds.databases.restore({ ...ofCluster, ...moment });
  expect(rds.of("RestoreDBClusterFromSnapshot")).toEqual([
    {
      Action: "RestoreDBClusterFromSnapshot",
      Version: "2014-10-31",
      SnapshotIdentifier: "before",
      Engine: "aurora-postgresql",
      ...likeShop,
    },
  ]);
  expect(rds.of("RestoreDBClusterToPointInTime")).toEqual([
    {
      Action: "RestoreDBClusterToPointInTime",
      Version: "2014-10-31",
      SourceDBClusterIdentifier: "shop",
      RestoreToTime: "2026-11-20T10:15:00Z",
      ...likeShop,
    },
  ]);
});

const restoredShop = shop.replace("<DBClusterIdentifier>shop<", "<DBClusterIdentifier>shop-back<");
const writer = [
  xml({ DBInstanceIdentifier: "shop-2", DBInstanceClass: "db.serverless", PubliclyAccessible: false }),
  `<DBParameterGroups><DBParameterGroup>${xml({ DBParameterGroupName: "tuned" })}</DBParameterGroup></DBParameterGroups>`,
].join("");
/** The restored cluster, then the original with its writer, then the restored one again. */
const inTurn = {
  DescribeDBClusters: [
    clusters(restoredShop),
    clusters(shop + members(["shop-1", false], ["shop-2", true])),
    clusters(restoredShop),
  ],
  DescribeDBInstances: [instances(), instances(writer), instances()],
};

test("a restored cluster gets a writer like the original's", async () => {
  rds = await scripted({ ...inTurn, CreateDBInstance: madeInstance("CreateDBInstance") });
  await rds.databases.completeRestore(ofCluster);
  expect(rds.of("DescribeDBInstances")[1]).toMatchObject({ DBInstanceIdentifier: "shop-2" });
  expect(rds.of("CreateDBInstance")).toEqual([
    {
      Action: "CreateDBInstance",
      Version: "2014-10-31",
      DBInstanceIdentifier: "shop-back-instance-1",
      DBClusterIdentifier: "shop-back",
      DBInstanceClass: "db.serverless",
      Engine: "aurora-postgresql",
      DBParameterGroupName: "tuned",
      PubliclyAccessible: "false",
      "Tags.Tag.1.Key": "migrate-remote:restored-from",
      "Tags.Tag.1.Value": "before",
    },
  ]);
});

test.each([
  ["a cluster that has an instance", restoredShop + members(["shop-back-1", true])],
  ["a Multi-AZ cluster, which makes its own", restoredShop.replace("aurora-postgresql", "postgres")],
  ["Aurora Serverless v1, which has none", restoredShop.replace("provisioned", "serverless")],
])("%s gets no writer", async (_, restored) => {
  rds = await scripted({ DescribeDBClusters: clusters(restored), DescribeDBInstances: instances() });
  expect(await rds.databases.completeRestore(ofCluster)).toMatchObject({ identifier: "shop-back" });
  expect(rds.of("CreateDBInstance")).toEqual([]);
});

test("without an instance of the original there is no class for the writer", async () => {
  rds = await scripted({
    DescribeDBClusters: [clusters(restoredShop), clusters(shop)],
    DescribeDBInstances: instances(),
  });
  await expect(rds.databases.completeRestore(ofCluster)).rejects.toMatchObject({
    code: "restore_impossible",
    hint: expect.stringContaining("aws rds create-db-instance --db-cluster-identifier shop-back"),
  });
});

test("a writer whose answer was lost is the cluster's own; a stranger of that name is not", async () => {
  const taken = failure(400, "DBInstanceAlreadyExists", "DB instance already exists");
  const found = (cluster: string) =>
    instances(xml({ DBInstanceIdentifier: "shop-back-instance-1", DBClusterIdentifier: cluster }));
  for (const [cluster, outcome] of [
    ["shop-back", "done"],
    ["elsewhere", "database_exists"],
  ] as const) {
    rds = await scripted({
      ...inTurn,
      DescribeDBInstances: [instances(), instances(writer), found(cluster), instances()],
      CreateDBInstance: taken,
    });
    const ended = await rds.databases.completeRestore(ofCluster).then(
      () => "done",
      (error) => error.code,
    );
    expect(ended).toBe(outcome);
    if (cluster === "shop-back") await rds.close();
  }
});

test("a cluster that is not available yet takes no instance, and the error says so", async () => {
  rds = await scripted({
    ...inTurn,
    CreateDBInstance: failure(400, "InvalidDBClusterStateFault", "DB cluster shop-back is not available"),
  });
  await expect(rds.databases.completeRestore(ofCluster)).rejects.toMatchObject({
    code: "database_not_ready",
    message: expect.stringContaining("cluster shop-back"),
  });
});

test("a name that is taken is an error that says what is there", async () => {
  rds = await scripted({
    DescribeDBClusters: [clusters(shop), clusters(restoredShop + tagList(tags))],
    DescribeDBInstances: instances(),
    RestoreDBClusterFromSnapshot: failure(400, "DBClusterAlreadyExistsFault", "exists"),
  });
  await expect(rds.databases.restore(ofCluster)).rejects.toMatchObject({
    code: "database_exists",
    message: expect.stringContaining(
      "Cluster shop-back exists already; it is available and has no instance.",
    ),
  });
});

test.each([
  ["this request's tags", tags, "creating"],
  ["others", { "migrate-remote:restored-from": "another" }, "database_exists"],
])("a name that a first attempt may have taken: with %s", async (_, shown, outcome) => {
  rds = await scripted({
    DescribeDBInstances: [
      instances(shopProd),
      instances(xml({ DBInstanceIdentifier: "shop-back", DBInstanceStatus: "creating" }) + tagList(shown)),
    ],
    RestoreDBInstanceFromDBSnapshot: [
      failure(503, "InternalFailure", "try again"),
      failure(400, "DBInstanceAlreadyExists", "exists"),
    ],
  });
  const ended = await rds.databases.restore(ofInstance).then(
    ({ status }) => status,
    (error) => error.code,
  );
  expect(ended).toBe(outcome);
});

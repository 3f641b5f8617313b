import {
  CreateDBClusterSnapshotCommand,
  CreateDBInstanceCommand,
  CreateDBSnapshotCommand,
  DeleteDBClusterCommand,
  DeleteDBClusterSnapshotCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  RestoreDBClusterFromSnapshotCommand,
} from "@aws-sdk/client-rds";
import { expect, it } from "vitest";
import { ask, copiesIn, inDatabase, rdsOf, shopCluster } from "./rds-support.js";
import { project } from "./support.js";

const create = (name: string) =>
  new CreateDBClusterSnapshotCommand({
    DBClusterSnapshotIdentifier: name,
    DBClusterIdentifier: "shop-cluster",
  });

it("does for a cluster what it does for an instance, writer and all", async () => {
  const { open } = await project();
  const session = await open([shopCluster]);
  const url = session.databaseUrl("query-handler");
  const { send, cluster, instance, clusterSnapshot, untilClusterSnapshot, untilCluster, untilInstance } =
    rdsOf(session);
  await ask(url, "CREATE TABLE invoices AS SELECT 42 AS n");

  const own = await cluster("shop-cluster");
  expect(own).toMatchObject({
    ...{ Status: "available", Engine: "aurora-postgresql", DatabaseName: "app", Endpoint: "127.0.0.1" },
    ...{ Port: Number(new URL(url).port), BackupRetentionPeriod: 0 },
    DBClusterMembers: [{ DBInstanceIdentifier: "shop-cluster-instance-1", IsClusterWriter: true }],
  });
  expect(await instance("shop-cluster-instance-1")).toMatchObject({
    ...{
      DBClusterIdentifier: "shop-cluster",
      DBInstanceClass: "db.serverless",
      DBInstanceStatus: "available",
    },
    Endpoint: { Address: "127.0.0.1", Port: Number(new URL(url).port) },
  });
  const direct = { DBSnapshotIdentifier: "direct", DBInstanceIdentifier: "shop-cluster-instance-1" };
  await expect(send(new CreateDBSnapshotCommand(direct))).rejects.toThrow(/CreateDBClusterSnapshot API/);
  await expect(send(create("a".repeat(64)))).rejects.toMatchObject({ name: "InvalidParameterValue" });

  const { DBClusterSnapshot } = await send(create("before-friday"));
  expect(DBClusterSnapshot).toMatchObject({
    ...{ Status: "creating", PercentProgress: 0, DBClusterIdentifier: "shop-cluster" },
  });
  await expect(send(create("second"))).rejects.toMatchObject({ name: "InvalidDBClusterStateFault" });
  await untilClusterSnapshot("before-friday");
  await expect(send(create("before-friday"))).rejects.toMatchObject({
    name: "DBClusterSnapshotAlreadyExistsFault",
  });
  expect(await clusterSnapshot("before-friday")).toMatchObject({ PercentProgress: 100 });
  await ask(url, "DROP TABLE invoices");

  const restore = (DBClusterIdentifier: string) =>
    new RestoreDBClusterFromSnapshotCommand({
      ...{ DBClusterIdentifier, SnapshotIdentifier: DBClusterSnapshot?.DBClusterSnapshotArn },
      ...{ Engine: "aurora-postgresql", EngineMode: own?.EngineMode, EngineVersion: own?.EngineVersion },
      ...{ DBSubnetGroupName: own?.DBSubnetGroup, DBClusterParameterGroupName: own?.DBClusterParameterGroup },
      ...{ VpcSecurityGroupIds: own?.VpcSecurityGroups?.map((group) => group.VpcSecurityGroupId ?? "") },
      ...{ ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 4 }, Port: own?.Port },
    });
  await expect(send(restore("shop-cluster"))).rejects.toMatchObject({ name: "DBClusterAlreadyExistsFault" });
  const { DBCluster } = await send(restore("shop-back"));
  expect(DBCluster).toMatchObject({ Status: "creating", DBClusterMembers: [] });
  const member = (DBClusterIdentifier?: string) =>
    new CreateDBInstanceCommand({
      ...{
        DBInstanceIdentifier: "shop-back-writer",
        DBInstanceClass: "db.serverless",
        Engine: "aurora-postgresql",
      },
      ...{ PubliclyAccessible: false, DBClusterIdentifier },
    });
  await expect(send(member())).rejects.toThrow(/only in a cluster that was restored/);
  await expect(send(member("shop-cluster"))).rejects.toMatchObject({ name: "InvalidDBClusterStateFault" });
  await send(member("shop-back"));
  await untilCluster("shop-back");
  await untilInstance("shop-back-writer");
  expect(await cluster("shop-back")).toMatchObject({
    ...{ DBSubnetGroup: own?.DBSubnetGroup, DBClusterParameterGroup: own?.DBClusterParameterGroup },
    ...{ VpcSecurityGroups: own?.VpcSecurityGroups, DatabaseName: "shop_back" },
    ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 4 },
    DBClusterMembers: [{ DBInstanceIdentifier: "shop-back-writer", IsClusterWriter: true }],
  });
  const Filters = [{ Name: "db-cluster-id", Values: ["shop-back"] }];
  const { DBInstances } = await send(new DescribeDBInstancesCommand({ Filters }));
  expect(DBInstances).toMatchObject([{ DBInstanceIdentifier: "shop-back-writer", DBName: "shop_back" }]);
  expect(await ask(inDatabase(url, "shop_back"), "SELECT n FROM invoices")).toEqual([{ n: 42 }]);

  const remove = new DeleteDBClusterCommand({ DBClusterIdentifier: "shop-back", SkipFinalSnapshot: true });
  await expect(send(remove)).rejects.toThrow(/still contains DB instances/);
  await send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: "shop-back-writer" }));
  await send(remove);
  await expect
    .poll(() => cluster("shop-back").catch((error) => error.name), { timeout: 60_000 })
    .toBe("DBClusterNotFoundFault");
  await send(new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: "before-friday" }));
  await expect(clusterSnapshot("before-friday")).rejects.toMatchObject({
    name: "DBClusterSnapshotNotFoundFault",
  });
  expect(await copiesIn(url)).toEqual([]);
  await expect(ask(inDatabase(url, "shop_back"), "SELECT 1")).rejects.toThrow(/does not exist/);
});

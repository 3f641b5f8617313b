import { expect, it } from "vitest";
import { aws, withoutAws } from "./aws.js";
import { ask, copiesIn, inDatabase, rdsOf, shop, shopCluster } from "./rds-support.js";
import { project, until } from "./support.js";

it.skipIf(withoutAws)("is driven by the real aws rds: an instance and back", async () => {
  const { open } = await project();
  const session = await open([shop]);
  const url = session.databaseUrl("query-handler");
  const rds = (...args: string[]) => aws(session, "rds", ...args);
  const { untilSnapshot, untilInstance, instance } = rdsOf(session);
  await ask(url, "CREATE TABLE invoices AS SELECT 42 AS n");

  const of = ["--db-instance-identifier", "shop-local"];
  const one = ["--db-snapshot-identifier", "one"];
  const { DBSnapshot } = await rds(
    "create-db-snapshot",
    ...of,
    ...one,
    "--tags",
    "Key=a,Value=1",
    "Key=b,Value=",
  );
  expect(DBSnapshot).toMatchObject({ Status: "creating", PercentProgress: 0 });
  expect(DBSnapshot.TagList).toEqual([
    { Key: "a", Value: "1" },
    { Key: "b", Value: "" },
  ]);
  await expect(rds("create-db-snapshot", ...of, ...one)).rejects.toThrow(
    /\((DBSnapshotAlreadyExists|InvalidDBInstanceState)\)/,
  );
  // The command asks every thirty seconds; once it is available, the first time.
  await untilSnapshot("one");
  await rds("wait", "db-snapshot-available", ...one);
  const filter = ["--filters", "Name=db-instance-id,Values=shop-local,other", "--max-items", "1"];
  const { DBSnapshots } = await rds("describe-db-snapshots", "--snapshot-type", "manual", ...filter);
  expect(DBSnapshots).toMatchObject([{ DBSnapshotIdentifier: "one", PercentProgress: 100 }]);
  await ask(url, "DROP TABLE invoices");

  const back = ["--db-instance-identifier", "back"];
  const settings = [
    "--no-multi-az",
    "--no-publicly-accessible",
    "--db-subnet-group-name",
    "migrate-remote-local",
  ];
  await rds("restore-db-instance-from-db-snapshot", ...back, ...one, ...settings);
  await untilInstance("back");
  await rds("wait", "db-instance-available", ...back);
  const { DBInstances } = await rds("describe-db-instances", ...back);
  expect(DBInstances[0].DBSubnetGroup.DBSubnetGroupName).toBe("migrate-remote-local");
  expect(await ask(inDatabase(url, DBInstances[0].DBName), "SELECT n FROM invoices")).toEqual([{ n: 42 }]);

  const resource = ["--resource-name", DBSnapshot.DBSnapshotArn];
  await rds("add-tags-to-resource", ...resource, "--tags", "Key=a,Value=2");
  const { TagList } = await rds("list-tags-for-resource", ...resource);
  expect(TagList).toContainEqual({ Key: "a", Value: "2" });
  expect(await rds("describe-db-proxies")).toEqual({ DBProxies: [] });

  await rds("delete-db-instance", ...back, "--skip-final-snapshot");
  await until(
    () =>
      instance("back").then(
        () => false,
        () => true,
      ),
    "it is deleted",
  );
  await rds("wait", "db-instance-deleted", ...back);
  await rds("delete-db-snapshot", ...one);
  await rds("wait", "db-snapshot-deleted", ...one);
  expect(await copiesIn(url)).toEqual([]);
  await expect(rds("describe-db-snapshots", ...one)).rejects.toThrow(/\(DBSnapshotNotFound\)/);
  await expect(rds("describe-events")).rejects.toThrow(/does not implement DescribeEvents/);
});

it.skipIf(withoutAws)("is driven by the real aws rds: a cluster and back", async () => {
  const { open } = await project();
  const session = await open([shopCluster]);
  const url = session.databaseUrl("query-handler");
  const rds = (...args: string[]) => aws(session, "rds", ...args);
  const { untilClusterSnapshot, untilCluster, untilInstance, cluster } = rdsOf(session);
  await ask(url, "CREATE TABLE invoices AS SELECT 42 AS n");

  const one = ["--db-cluster-snapshot-identifier", "one"];
  await rds("create-db-cluster-snapshot", "--db-cluster-identifier", "shop-cluster", ...one);
  await untilClusterSnapshot("one");
  await rds("wait", "db-cluster-snapshot-available", ...one);
  const { DBClusterSnapshots } = await rds(
    "describe-db-cluster-snapshots",
    "--db-cluster-identifier",
    "shop-cluster",
  );
  expect(DBClusterSnapshots).toMatchObject([{ DBClusterSnapshotIdentifier: "one", PercentProgress: 100 }]);
  await ask(url, "DROP TABLE invoices");

  const back = ["--db-cluster-identifier", "back"];
  const engine = ["--engine", "aurora-postgresql"];
  const scaling = ["--serverless-v2-scaling-configuration", "MinCapacity=0.5,MaxCapacity=2"];
  const groups = ["--vpc-security-group-ids", "sg-00000000000000002"];
  await rds(
    "restore-db-cluster-from-snapshot",
    ...back,
    "--snapshot-identifier",
    "one",
    ...engine,
    ...scaling,
    ...groups,
  );
  const writer = ["--db-instance-identifier", "back-writer"];
  await rds("create-db-instance", ...writer, ...back, ...engine, "--db-instance-class", "db.serverless");
  await untilCluster("back");
  await untilInstance("back-writer");
  await rds("wait", "db-cluster-available", ...back);
  await rds("wait", "db-instance-available", ...writer);
  const { DBClusters } = await rds("describe-db-clusters", ...back);
  expect(DBClusters).toMatchObject([
    {
      VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-00000000000000002" }],
      ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 2 },
    },
  ]);
  expect(await ask(inDatabase(url, DBClusters[0].DatabaseName), "SELECT n FROM invoices")).toEqual([
    { n: 42 },
  ]);

  await rds("delete-db-instance", ...writer);
  await rds("delete-db-cluster", ...back, "--skip-final-snapshot");
  await until(
    () =>
      cluster("back").then(
        () => false,
        () => true,
      ),
    "it is deleted",
  );
  await rds("wait", "db-cluster-deleted", ...back);
  await rds("delete-db-cluster-snapshot", ...one);
  expect(await copiesIn(url)).toEqual([]);
});

import { DescribeDBClustersCommand, DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { expect, onTestFinished, test } from "vitest";
import { holdOpen, localStage, makeProject } from "../support/project.js";

test("a local stage's database has the name in RDS that its configuration says", async () => {
  const other = { ...localStage, database: { cluster: "{project}-Aurora" } };
  const project = await makeProject({ config: { stages: { local: localStage, other } } });
  onTestFinished(project.dispose);
  const session = await holdOpen(project.cwd, "other");
  onTestFinished(session.close);
  const { endpoint, region, credentials } = session;
  const rds = new RDSClient({ endpoint, region, credentials });
  onTestFinished(() => rds.destroy());

  const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand());
  expect(DBInstances.map(({ DBInstanceIdentifier, DBName }) => [DBInstanceIdentifier, DBName])).toEqual([
    ["shop-aurora-instance-1", "shop_other"],
    ["shop-local", "shop_local"],
  ]);
  const { DBClusters = [] } = await rds.send(new DescribeDBClustersCommand());
  expect(DBClusters.map(({ DBClusterIdentifier }) => DBClusterIdentifier)).toEqual(["shop-aurora"]);
});

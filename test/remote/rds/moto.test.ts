import {
  CreateDBClusterCommand,
  CreateDBInstanceCommand,
  CreateDBParameterGroupCommand,
  CreateDBSubnetGroupCommand,
  DescribeDBClustersCommand,
  DescribeDBInstancesCommand,
  RDSClient,
} from "@aws-sdk/client-rds";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DatabaseRef, Databases } from "../../../src/remote/databases.js";
import { startMoto } from "../../support/moto.js";
import { hasTool } from "../../support/tools.js";
import { credentials } from "../support.js";
import { databasesAt, region } from "./support.js";

const instance: DatabaseRef = { kind: "instance", identifier: "shop-prod" };
const cluster: DatabaseRef = { kind: "cluster", identifier: "shop" };
const account = { MasterUsername: "shop", MasterUserPassword: "hunter2hunter2" };

describe.skipIf(!hasTool("moto_server"))("RDS as moto plays it", () => {
  let databases: Databases;
  let rds: RDSClient;
  let close: () => Promise<void>;

  beforeAll(async () => {
    const moto = await startMoto();
    const opened = await databasesAt(moto.endpoint);
    databases = opened.databases;
    rds = new RDSClient({ endpoint: moto.endpoint, region, credentials });
    close = async () => {
      opened.close();
      rds.destroy();
      await moto.close();
    };
    await prepare(rds, moto.endpoint);
  });
  afterAll(() => close());

  test("an instance is described", async () => {
    expect(await databases.describe(instance)).toEqual({
      ...instance,
      status: "available",
      engine: "postgres",
      endpoints: [{ host: expect.stringMatching(/^shop-prod\..*\.rds\.amazonaws\.com$/), port: 5432 }],
      members: [],
      backupRetentionDays: 7,
      databaseName: "shop",
    });
  });

  test("a cluster is described with its instances, and an instance names its cluster", async () => {
    const found = await databases.describe(cluster);
    expect(found).toMatchObject({
      status: "available",
      engine: "aurora-postgresql",
      members: [
        { identifier: "shop-1", status: "available" },
        { identifier: "shop-2", status: "available" },
      ],
      databaseName: "shop",
    });
    const hosts = found.endpoints.map(({ host }) => host.split(".").slice(0, 2).join("."));
    expect(hosts).toHaveLength(4);
    expect(hosts[0]).toMatch(/^shop\.cluster-/);
    expect(hosts[1]).toMatch(/^shop\.cluster-ro-/);
    expect(await databases.describe({ kind: "instance", identifier: "shop-2" })).toMatchObject({
      cluster: "shop",
    });
  });

  test("what does not exist is said so", async () => {
    for (const kind of ["instance", "cluster"] as const) {
      const nobody = { kind, identifier: "nobody" };
      await expect(databases.describe(nobody)).rejects.toMatchObject({
        code: "database_not_found",
        message: `RDS knows no ${kind} nobody in eu-west-1.`,
      });
      await expect(databases.createSnapshot({ database: nobody, id: "s", tags: {} })).rejects.toMatchObject({
        code: "database_not_found",
      });
      expect(await databases.snapshot({ kind, id: "nothing" })).toBeUndefined();
      await expect(databases.deleteSnapshot({ kind, id: "nothing" })).rejects.toMatchObject({
        code: "snapshot_not_found",
      });
      await expect(
        databases.restore({
          original: kind === "instance" ? instance : cluster,
          identifier: "new",
          from: { snapshot: "nothing" },
          tags: {},
        }),
      ).rejects.toMatchObject({ code: "snapshot_not_found" });
    }
  });

  test.each([
    ["instance", instance],
    ["cluster", cluster],
  ] as const)(
    "snapshots of the %s: created, found, listed newest first, tagged, deleted",
    async (kind, database) => {
      const tags = { "migrate-remote:stage": "prod", "migrate-remote:requested-by": "ada@büro 7" };
      const first = await databases.createSnapshot({ database, id: `${kind}-first`, tags });
      expect(first).toMatchObject({ kind, id: `${kind}-first`, database: database.identifier, tags });
      await databases.createSnapshot({ database, id: `${kind}-second`, tags: {} });
      await expect(databases.createSnapshot({ database, id: `${kind}-first`, tags })).rejects.toMatchObject({
        code: "snapshot_exists",
      });

      const seen = await databases.snapshot({ kind, id: `${kind}-first` });
      expect(seen).toMatchObject({
        status: "available",
        percent: 100,
        createdAt: expect.stringMatching(/Z$/),
      });
      expect((await databases.snapshots(database)).map(({ id }) => id)).toEqual([
        `${kind}-second`,
        `${kind}-first`,
      ]);

      await databases.tagSnapshot(first, { "migrate-remote:seconds": "12" });
      const { arn: _, ...withoutArn } = first;
      await databases.tagSnapshot(withoutArn, { "migrate-remote:stage": "qa" });
      expect((await databases.snapshot(first))?.tags).toEqual({
        ...tags,
        "migrate-remote:stage": "qa",
        "migrate-remote:seconds": "12",
      });

      await databases.deleteSnapshot({ kind, id: `${kind}-second` });
      expect((await databases.snapshots(database)).map(({ id }) => id)).toEqual([`${kind}-first`]);
    },
  );

  test("an instance is restored like the original, and never over another", async () => {
    await databases.createSnapshot({ database: instance, id: "to-restore", tags: {} });
    const tags = { "migrate-remote:restored-from": "to-restore" };
    const request = { original: instance, identifier: "shop-back", from: { snapshot: "to-restore" }, tags };
    const made = await databases.restore(request);
    expect(made).toMatchObject({ kind: "instance", identifier: "shop-back", engine: "postgres" });
    expect(await databases.completeRestore(request)).toMatchObject({ status: "available" });
    const [found] =
      (await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: "shop-back" }))).DBInstances ??
      [];
    expect(found).toMatchObject({
      DBInstanceClass: "db.t4g.medium",
      DBSubnetGroup: { DBSubnetGroupName: "private" },
      VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-1" }, { VpcSecurityGroupId: "sg-2" }],
      DBParameterGroups: [{ DBParameterGroupName: "tuned" }],
      TagList: [{ Key: "migrate-remote:restored-from", Value: "to-restore" }],
    });
    await expect(databases.restore(request)).rejects.toMatchObject({
      code: "database_exists",
      message: expect.stringContaining("Instance shop-back exists already; it is available."),
    });
  });

  test("an instance is restored as it was at a moment", async () => {
    const from = { moment: new Date().toISOString() };
    const made = await databases.restore({ original: instance, identifier: "shop-then", from, tags: {} });
    expect(made).toMatchObject({ identifier: "shop-then" });
  });

  test("a cluster is restored like the original and gets a writer like its own, once", async () => {
    await databases.createSnapshot({ database: cluster, id: "cluster-to-restore", tags: {} });
    const request = {
      original: cluster,
      identifier: "shop-back",
      from: { snapshot: "cluster-to-restore" },
      tags: { why: "test" },
    };
    expect(await databases.restore(request)).toMatchObject({ kind: "cluster", members: [] });
    const complete = await databases.completeRestore(request);
    expect(complete.members.map(({ identifier }) => identifier)).toEqual(["shop-back-instance-1"]);
    expect((await databases.completeRestore(request)).members).toHaveLength(1);
    const [found] =
      (await rds.send(new DescribeDBClustersCommand({ DBClusterIdentifier: "shop-back" }))).DBClusters ?? [];
    expect(found).toMatchObject({
      DBSubnetGroup: "private",
      VpcSecurityGroups: [{ VpcSecurityGroupId: "sg-3" }],
      ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 4 },
    });
    const writer = await rds.send(
      new DescribeDBInstancesCommand({ DBInstanceIdentifier: "shop-back-instance-1" }),
    );
    expect(writer.DBInstances?.[0]).toMatchObject({ DBInstanceClass: "db.serverless" });
  });

  test("a cluster is restored as it was at a moment", async () => {
    const window = await databases.recoveryWindow(cluster);
    expect(window).toMatchObject({ earliest: expect.any(String), latest: expect.any(String) });
    const from = { moment: window?.latest ?? "" };
    const made = await databases.restore({ original: cluster, identifier: "shop-then", from, tags: {} });
    expect(made).toMatchObject({ kind: "cluster", identifier: "shop-then" });
  });
});

/** An instance, and an Aurora cluster of two, in a subnet group and security groups of their own. */
async function prepare(rds: RDSClient, endpoint: string): Promise<void> {
  await rds.send(
    new CreateDBSubnetGroupCommand({
      DBSubnetGroupName: "private",
      DBSubnetGroupDescription: "private",
      SubnetIds: await subnets(endpoint),
    }),
  );
  await rds.send(
    new CreateDBParameterGroupCommand({
      DBParameterGroupName: "tuned",
      DBParameterGroupFamily: "postgres17",
      Description: "tuned",
    }),
  );
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: instance.identifier,
      DBInstanceClass: "db.t4g.medium",
      Engine: "postgres",
      AllocatedStorage: 20,
      BackupRetentionPeriod: 7,
      DBName: "shop",
      DBParameterGroupName: "tuned",
      DBSubnetGroupName: "private",
      VpcSecurityGroupIds: ["sg-1", "sg-2"],
      ...account,
    }),
  );
  await rds.send(
    new CreateDBClusterCommand({
      DBClusterIdentifier: cluster.identifier,
      Engine: "aurora-postgresql",
      DatabaseName: "shop",
      DBSubnetGroupName: "private",
      VpcSecurityGroupIds: ["sg-3"],
      ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 4 },
      ...account,
    }),
  );
  for (const name of ["shop-1", "shop-2"]) {
    await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: name,
        DBClusterIdentifier: cluster.identifier,
        DBInstanceClass: "db.serverless",
        Engine: "aurora-postgresql",
      }),
    );
  }
  // moto tells `creating` once.
  await rds.send(new DescribeDBClustersCommand({}));
}

/** Of the default VPC, in EC2's own protocol: its client would be a dependency for one call. */
async function subnets(endpoint: string): Promise<string[]> {
  const answer = await fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/20261120/${region}/ec2/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: "Action=DescribeSubnets&Version=2016-11-15",
  });
  return [...(await answer.text()).matchAll(/<subnetId>([^<]+)</g)].map(([, id = ""]) => id);
}

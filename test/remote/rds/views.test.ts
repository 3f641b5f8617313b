import type {
  DBCluster,
  DBClusterSnapshot,
  DBInstance,
  DBProxyTarget,
  DBSnapshot,
} from "@aws-sdk/client-rds";
import fc from "fast-check";
import { expect, test } from "vitest";
import { clusterView } from "../../../src/remote/rds/clusters.js";
import { writerName } from "../../../src/remote/rds/complete-restore.js";
import { instanceView } from "../../../src/remote/rds/instances.js";
import { clusterLike, needsWriter } from "../../../src/remote/rds/like-cluster.js";
import { instanceLike, writerLike } from "../../../src/remote/rds/like-instance.js";
import { databaseOf } from "../../../src/remote/rds/proxies.js";
import { clusterSnapshotView, instanceSnapshotView } from "../../../src/remote/rds/snapshot-view.js";

/** Anything in any place where something is looked for, lists and objects within as well. */
const names = [
  ..."DBInstanceIdentifier DBInstanceStatus Engine EngineMode Endpoint Address Port ReaderEndpoint CustomEndpoints".split(
    " ",
  ),
  ..."DBClusterIdentifier Status DBClusterMembers IsClusterWriter BackupRetentionPeriod DBName DatabaseName".split(
    " ",
  ),
  ..."SnapshotCreateTime PercentProgress AllocatedStorage TagList Key Value DBSnapshotIdentifier DBSnapshotArn".split(
    " ",
  ),
  ..."VpcSecurityGroups VpcSecurityGroupId DBSubnetGroup DBSubnetGroupName DBParameterGroups OptionGroupMemberships".split(
    " ",
  ),
  ..."DomainMemberships IAMRoleName Domain StorageType Iops StorageThroughput EnabledCloudwatchLogsExports".split(
    " ",
  ),
  ..."ServerlessV2ScalingConfiguration MinCapacity MaxCapacity ScalingConfigurationInfo ProcessorFeatures".split(
    " ",
  ),
  ..."DbInstancePort Type RdsResourceId TrackedClusterId".split(" "),
];
const leaf = fc.oneof(
  fc.string(),
  fc.double(),
  fc.boolean(),
  fc.date({ noInvalidDate: false }),
  fc.constantFrom(undefined, null, "available", "gp3", "io1", "aurora-postgresql", "TRACKED_CLUSTER"),
);
const odd = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: "small" }, leaf, fc.array(tie("value"), { maxLength: 3 }), tie("record")),
  record: fc.dictionary(fc.constantFrom(...names), tie("value"), { maxKeys: 12 }),
})).record;

test("whatever RDS answers, a view of it is whole", () => {
  fc.assert(
    fc.property(odd, fc.array(odd, { maxLength: 3 }), (answer, more) => {
      for (const view of [
        instanceView(answer as DBInstance, "asked"),
        clusterView(answer as DBCluster, more as DBInstance[], "asked"),
      ]) {
        expect(view.identifier).not.toBe("");
        expect(view.status).not.toBe("");
        expect(Number.isFinite(view.backupRetentionDays)).toBe(true);
        for (const { host } of view.endpoints) expect(host).toBe(host.toLowerCase());
        for (const { identifier, status } of view.members) expect([identifier, status]).not.toContain("");
        expect(JSON.stringify(view)).not.toContain("null");
      }
      for (const view of [
        instanceSnapshotView(answer as DBSnapshot),
        clusterSnapshotView(answer as DBClusterSnapshot),
      ]) {
        expect(view.percent).toBeGreaterThanOrEqual(0);
        expect(view.percent).toBeLessThanOrEqual(100);
        for (const value of Object.values(view.tags)) expect(typeof value).toBe("string");
      }
      for (const { identifier } of databaseOf(answer as DBProxyTarget)) expect(identifier).not.toBe("");
      needsWriter(answer as DBCluster);
    }),
  );
});

test("whatever the original shows, what a restore asks for is text, numbers and lists without holes", () => {
  fc.assert(
    fc.property(odd, (answer) => {
      for (const like of [
        instanceLike(answer as DBInstance),
        clusterLike(answer as DBCluster),
        writerLike(answer as DBInstance),
      ]) {
        for (const [name, value] of Object.entries(like)) {
          expect(value).not.toBe("");
          expect(value).not.toBeNull();
          // Of these there are some, or nothing is restored.
          if (Array.isArray(value) && name !== "VpcSecurityGroupIds") expect(value).not.toHaveLength(0);
        }
      }
    }),
  );
});

test("a writer's name is one that RDS takes, however long the cluster's", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/), (cluster) => {
      const name = writerName(cluster.slice(0, 63).replace(/-$/, ""));
      expect(name.length).toBeLessThanOrEqual(63);
      expect(name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    }),
  );
});

import type { KnownDatabase } from "../../rds/known.js";
import type { Rds } from "../../rds/service.js";
import { defaults, gib, resourceId, stageCluster } from "./furnishings.js";
import { instancesOf, securityGroups, statusOf, tagList, tagsOfStage } from "./instances.js";
import { arnOf } from "./parameters.js";
import { terms } from "./terms.js";

export function clustersOf(rds: Rds): KnownDatabase[] {
  return rds
    .databases()
    .filter(({ kind }) => kind === "cluster")
    .sort((a, b) => (a.identifier < b.identifier ? -1 : 1));
}

export async function clusterView({ identifier, status, place, record }: KnownDatabase, rds: Rds) {
  const facts = place && status !== "creating" ? await rds.look(place) : undefined;
  const made = record && {
    ...{ ...defaults(terms.cluster.engine, record.facts.version), StorageType: "aurora" },
    ...record.settings,
  };
  const settings: Record<string, unknown> = made ?? stageCluster;
  const members = instancesOf(rds).filter(({ cluster }) => cluster === identifier);
  return {
    DBClusterIdentifier: identifier,
    DBClusterArn: arnOf("cluster", identifier),
    DbClusterResourceId: resourceId("cluster", identifier),
    Status: statusOf(status, facts !== undefined),
    Engine: terms.cluster.engine,
    EngineMode: "provisioned",
    EngineVersion: facts?.version ?? record?.facts.version,
    MasterUsername: facts?.user ?? record?.facts.user,
    DatabaseName: place?.database,
    Endpoint: facts?.host,
    Port: facts?.port,
    AllocatedStorage: gib(facts?.bytes ?? 0),
    ClusterCreateTime: record?.created,
    BackupRetentionPeriod: 0,
    AvailabilityZones: { AvailabilityZone: settings.AvailabilityZones ?? [settings.AvailabilityZone] },
    DBSubnetGroup: settings.DBSubnetGroupName,
    DBClusterParameterGroup: settings.DBClusterParameterGroupName,
    VpcSecurityGroups: { VpcSecurityGroupMembership: securityGroups(settings) },
    DBClusterMembers: {
      DBClusterMember: members.map((member, index) => ({
        DBInstanceIdentifier: member.identifier,
        IsClusterWriter: index === 0,
        DBClusterParameterGroupStatus: "in-sync",
        PromotionTier: member.settings.PromotionTier ?? 1,
      })),
    },
    ServerlessV2ScalingConfiguration: settings.ServerlessV2ScalingConfiguration,
    MultiAZ: false,
    PubliclyAccessible: settings.PubliclyAccessible,
    StorageType: settings.StorageType,
    StorageEncrypted: false,
    IAMDatabaseAuthenticationEnabled: false,
    CopyTagsToSnapshot: settings.CopyTagsToSnapshot,
    AutoMinorVersionUpgrade: settings.AutoMinorVersionUpgrade,
    DeletionProtection: false,
    NetworkType: "IPV4",
    TagList: tagList(record?.tags ?? tagsOfStage(rds, "cluster", identifier)),
  };
}

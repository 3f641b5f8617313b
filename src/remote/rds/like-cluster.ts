import type {
  DBCluster,
  RestoreDBClusterFromSnapshotCommandInput,
  RestoreDBClusterToPointInTimeCommandInput,
} from "@aws-sdk/client-rds";
import { securityGroups, someOf } from "./like-instance.js";
import { own } from "./own-group.js";
import { defined, flag, list, number, text, texts } from "./values.js";

type Restored = Omit<
  RestoreDBClusterFromSnapshotCommandInput,
  "DBClusterIdentifier" | "SnapshotIdentifier" | "Engine"
> &
  Omit<RestoreDBClusterToPointInTimeCommandInput, "DBClusterIdentifier">;

/** What a restored cluster takes from the original; see instanceLike. */
export function clusterLike(original: DBCluster): Partial<Restored> {
  return {
    DBSubnetGroupName: text(original.DBSubnetGroup),
    VpcSecurityGroupIds: securityGroups(original),
    DBClusterParameterGroupName: own(original.DBClusterParameterGroup),
    Port: number(original.Port),
    EnableIAMDatabaseAuthentication: flag(original.IAMDatabaseAuthenticationEnabled),
    EnableCloudwatchLogsExports: someOf(texts(original.EnabledCloudwatchLogsExports)),
    DeletionProtection: flag(original.DeletionProtection),
    CopyTagsToSnapshot: flag(original.CopyTagsToSnapshot),
    StorageType: text(original.StorageType),
    NetworkType: text(original.NetworkType),
    EngineLifecycleSupport: text(original.EngineLifecycleSupport),
    ...domainOf(original),
    ...scalingOf(original),
    ...(isAurora(original) ? {} : multiAz(original)),
  };
}

/** A Multi-AZ cluster of RDS makes its instances itself, and so did Aurora Serverless v1. */
export function needsWriter(original: DBCluster): boolean {
  return isAurora(original) && text(original.EngineMode) !== "serverless";
}

function isAurora({ Engine }: DBCluster): boolean {
  return text(Engine)?.startsWith("aurora") ?? false;
}

function multiAz(original: DBCluster): Partial<Restored> {
  return {
    DBClusterInstanceClass: text(original.DBClusterInstanceClass),
    Iops: text(original.StorageType)?.startsWith("io") === true ? number(original.Iops) : undefined,
    PubliclyAccessible: flag(original.PubliclyAccessible),
  };
}

function domainOf({ DomainMemberships }: DBCluster): Partial<Restored> {
  const domain = list(DomainMemberships).find(({ IAMRoleName }) => text(IAMRoleName) !== undefined);
  return { Domain: text(domain?.Domain), DomainIAMRoleName: text(domain?.IAMRoleName) };
}

/** Without the first an Aurora Serverless v2 instance cannot be created; the second is version 1's. */
function scalingOf(original: DBCluster): Partial<Restored> {
  const v2 = original.ServerlessV2ScalingConfiguration;
  const v1 = original.ScalingConfigurationInfo;
  return {
    ...(number(v2?.MaxCapacity) === undefined
      ? {}
      : {
          ServerlessV2ScalingConfiguration: defined({
            MinCapacity: number(v2?.MinCapacity),
            MaxCapacity: number(v2?.MaxCapacity),
            SecondsUntilAutoPause: number(v2?.SecondsUntilAutoPause),
          }),
        }),
    ...(text(original.EngineMode) !== "serverless"
      ? {}
      : { EngineMode: "serverless", ...(v1 === undefined ? {} : { ScalingConfiguration: { ...v1 } }) }),
  };
}

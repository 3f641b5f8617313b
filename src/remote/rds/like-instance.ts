import type {
  CreateDBInstanceCommandInput,
  DBInstance,
  RestoreDBInstanceFromDBSnapshotCommandInput,
  RestoreDBInstanceToPointInTimeCommandInput,
} from "@aws-sdk/client-rds";
import { own } from "./own-group.js";
import { flag, list, number, text, texts } from "./values.js";

type Restored = Omit<RestoreDBInstanceFromDBSnapshotCommandInput, "DBInstanceIdentifier" | "Engine"> &
  Omit<RestoreDBInstanceToPointInTimeCommandInput, "TargetDBInstanceIdentifier" | "Engine">;

/**
 * What a restored instance takes from the original. Left to itself RDS gives it the defaults of the VPC and the engine. Size, encryption,
 * version, accounts and backup settings come with the data.
 */
export function instanceLike(original: DBInstance): Partial<Restored> {
  const domain = list(original.DomainMemberships).find(({ IAMRoleName }) => text(IAMRoleName) !== undefined);
  return {
    DBInstanceClass: text(original.DBInstanceClass),
    DBSubnetGroupName: text(original.DBSubnetGroup?.DBSubnetGroupName),
    VpcSecurityGroupIds: securityGroups(original),
    DBParameterGroupName: own(list(original.DBParameterGroups)[0]?.DBParameterGroupName),
    OptionGroupName: own(list(original.OptionGroupMemberships)[0]?.OptionGroupName),
    Port: portOf(original),
    MultiAZ: flag(original.MultiAZ),
    PubliclyAccessible: flag(original.PubliclyAccessible),
    AutoMinorVersionUpgrade: flag(original.AutoMinorVersionUpgrade),
    LicenseModel: text(original.LicenseModel),
    EnableIAMDatabaseAuthentication: flag(original.IAMDatabaseAuthenticationEnabled),
    EnableCloudwatchLogsExports: someOf(texts(original.EnabledCloudwatchLogsExports)),
    DeletionProtection: flag(original.DeletionProtection),
    CopyTagsToSnapshot: flag(original.CopyTagsToSnapshot),
    CACertificateIdentifier: text(original.CACertificateIdentifier),
    NetworkType: text(original.NetworkType),
    EngineLifecycleSupport: text(original.EngineLifecycleSupport),
    DedicatedLogVolume: original.DedicatedLogVolume === true ? true : undefined,
    ProcessorFeatures: someOf(list(original.ProcessorFeatures)),
    Domain: text(domain?.Domain),
    DomainIAMRoleName: text(domain?.IAMRoleName),
    ...storageOf(original),
  };
}

/** What a cluster's new writer takes from the old one; the rest is the cluster's. */
export function writerLike(original: DBInstance): Partial<CreateDBInstanceCommandInput> {
  return {
    DBParameterGroupName: own(list(original.DBParameterGroups)[0]?.DBParameterGroupName),
    PubliclyAccessible: flag(original.PubliclyAccessible),
    AutoMinorVersionUpgrade: flag(original.AutoMinorVersionUpgrade),
    CACertificateIdentifier: text(original.CACertificateIdentifier),
  };
}

/** Those that are in force or about to be. */
export function securityGroups({ VpcSecurityGroups }: Pick<DBInstance, "VpcSecurityGroups">): string[] {
  return texts(
    list(VpcSecurityGroups)
      .filter(({ Status }) => Status !== "removing")
      .map(({ VpcSecurityGroupId }) => VpcSecurityGroupId),
  );
}

/** RDS turns gp3's base values away where a volume is too small to choose others, and there they cannot be others. */
const gp3 = { iops: 3000, throughput: 125 };

function storageOf(original: DBInstance): Pick<Restored, "StorageType" | "Iops" | "StorageThroughput"> {
  const type = text(original.StorageType);
  const iops = number(original.Iops);
  const throughput = number(original.StorageThroughput);
  if (type === "gp3")
    return {
      StorageType: type,
      Iops: above(gp3.iops, iops),
      StorageThroughput: above(gp3.throughput, throughput),
    };
  return { StorageType: type, Iops: type?.startsWith("io") === true ? above(0, iops) : undefined };
}

function above(base: number, value: number | undefined): number | undefined {
  return value !== undefined && value > base ? value : undefined;
}

export function someOf<T>(entries: T[]): T[] | undefined {
  return entries.length === 0 ? undefined : entries;
}

/** While an instance is not reachable it shows 0. */
function portOf({ Endpoint, DbInstancePort }: DBInstance): number | undefined {
  return above(0, number(Endpoint?.Port)) ?? above(0, number(DbInstancePort));
}

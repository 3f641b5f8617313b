import { createHash } from "node:crypto";
import { AwsError } from "../errors.js";

/**
 * What surrounds a database in RDS and has no counterpart here: names only. A stage's database has others than RDS's defaults, so that
 * it can be seen whether a restore took them over.
 */
export const vpc = "vpc-00000000000000001";
export const zone = "us-east-1a";

const stage = {
  DBSubnetGroupName: "migrate-remote-local",
  VpcSecurityGroupIds: ["sg-00000000000000002"],
  PubliclyAccessible: false,
  CopyTagsToSnapshot: false,
  AutoMinorVersionUpgrade: false,
  AvailabilityZone: zone,
};

/** Of a stage's own instance. */
export const stageInstance = {
  ...stage,
  DBInstanceClass: "db.t4g.micro",
  DBParameterGroupName: "migrate-remote-local",
  StorageType: "gp3",
};

/** Of a stage's own cluster. */
export const stageCluster = {
  ...stage,
  DBClusterParameterGroupName: "migrate-remote-local-cluster",
  StorageType: "aurora",
  ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 1 },
};

/** Of the instance in a stage's own cluster. */
export const stageWriter = { ...stageInstance, DBInstanceClass: "db.serverless", StorageType: "aurora" };

/** What RDS takes where the call that makes a database says nothing. */
export function defaults(engine: string, version: string) {
  const family = `default.${engine}${version.split(".")[0]}`;
  return {
    DBSubnetGroupName: "default",
    VpcSecurityGroupIds: ["sg-00000000000000001"],
    PubliclyAccessible: false,
    CopyTagsToSnapshot: false,
    AutoMinorVersionUpgrade: true,
    AvailabilityZone: zone,
    DBParameterGroupName: family,
    DBClusterParameterGroupName: family,
  };
}

/** A name that no account of this kind would have is a mistake of the caller's, here as there. */
export function checkFurnishings(settings: {
  DBSubnetGroupName?: string | undefined;
  VpcSecurityGroupIds?: string[] | undefined;
  DBParameterGroupName?: string | undefined;
  DBClusterParameterGroupName?: string | undefined;
}): void {
  const { DBSubnetGroupName, VpcSecurityGroupIds = [] } = settings;
  if (DBSubnetGroupName !== undefined && !["default", stage.DBSubnetGroupName].includes(DBSubnetGroupName)) {
    throw notFound("DBSubnetGroupNotFoundFault", `DBSubnetGroup ${DBSubnetGroupName} not found.`);
  }
  const group = VpcSecurityGroupIds.find((id) => !/^sg-0{16}[12]$/.test(id));
  if (group !== undefined) throw new AwsError("InvalidParameterValue", `Invalid security group: ${group}`);
  for (const [key, code] of [
    ["DBParameterGroupName", "DBParameterGroupNotFound"],
    ["DBClusterParameterGroupName", "DBClusterParameterGroupNotFound"],
  ] as const) {
    const name = settings[key];
    if (name === undefined || name.startsWith("default.") || name.startsWith("migrate-remote-local"))
      continue;
    throw notFound(code, `${key.replace("Name", "")} ${name} not found.`);
  }
}

function notFound(code: string, message: string): AwsError {
  return new AwsError(code, message, 404);
}

/** Stays with a name, as RDS's own identity stays with the thing. */
export function resourceId(prefix: "db" | "cluster", identifier: string): string {
  return `${prefix}-${createHash("sha256").update(`${prefix} ${identifier}`).digest("hex").slice(0, 26).toUpperCase()}`;
}

/** RDS counts in whole GiB. */
export function gib(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 2 ** 30));
}

import type { Answered } from "../../support/loopback.js";
import { result, xml } from "./support.js";

/** Answers in the shape of RDS's own, as far as the tests look at them. */
export const groups = (...ids: string[]) =>
  `<VpcSecurityGroups>${ids.map((id) => `<VpcSecurityGroupMembership>${xml({ VpcSecurityGroupId: id, Status: "active" })}</VpcSecurityGroupMembership>`).join("")}</VpcSecurityGroups>`;

export const tagList = (tags: Record<string, string>) =>
  `<TagList>${Object.entries(tags)
    .map(([Key, Value]) => `<Tag>${xml({ Key, Value })}</Tag>`)
    .join("")}</TagList>`;

export const instances = (...each: string[]): Answered =>
  result(
    "DescribeDBInstances",
    `<DBInstances>${each.map((inner) => `<DBInstance>${inner}</DBInstance>`).join("")}</DBInstances>`,
  );

export const clusters = (...each: string[]): Answered =>
  result(
    "DescribeDBClusters",
    `<DBClusters>${each.map((inner) => `<DBCluster>${inner}</DBCluster>`).join("")}</DBClusters>`,
  );

export const snapshots = (each: string[], marker = ""): Answered =>
  result(
    "DescribeDBSnapshots",
    `${marker === "" ? "" : xml({ Marker: marker })}<DBSnapshots>${each.map((inner) => `<DBSnapshot>${inner}</DBSnapshot>`).join("")}</DBSnapshots>`,
  );

export const snapshot = (id: string, more: Record<string, string | number> = {}) =>
  xml({ DBSnapshotIdentifier: id, DBInstanceIdentifier: "shop-prod", Status: "available", ...more });

/** An instance that has everything set to something else than RDS's defaults. */
export const shopProd = [
  xml({
    DBInstanceIdentifier: "shop-prod",
    DBInstanceClass: "db.r6g.large",
    DBInstanceStatus: "available",
    Engine: "postgres",
    LicenseModel: "postgresql-license",
    MultiAZ: true,
    PubliclyAccessible: false,
    AutoMinorVersionUpgrade: false,
    IAMDatabaseAuthenticationEnabled: true,
    DeletionProtection: true,
    CopyTagsToSnapshot: true,
    CACertificateIdentifier: "rds-ca-rsa2048-g1",
    NetworkType: "DUAL",
    BackupRetentionPeriod: 7,
    DbiResourceId: "db-SHOP",
    LatestRestorableTime: "2026-11-20T10:40:00Z",
    MaxAllocatedStorage: 1000,
  }),
  `<Endpoint>${xml({ Address: "Shop-Prod.abc.eu-west-1.rds.amazonaws.com", Port: 6432 })}</Endpoint>`,
  `<DBSubnetGroup>${xml({ DBSubnetGroupName: "private" })}</DBSubnetGroup>`,
  groups("sg-1", "sg-2"),
  `<DBParameterGroups><DBParameterGroup>${xml({ DBParameterGroupName: "tuned" })}</DBParameterGroup></DBParameterGroups>`,
  `<OptionGroupMemberships><OptionGroupMembership>${xml({ OptionGroupName: "default:postgres-17" })}</OptionGroupMembership></OptionGroupMemberships>`,
  "<EnabledCloudwatchLogsExports><member>postgresql</member></EnabledCloudwatchLogsExports>",
].join("");

export const gp3 = (iops: number, throughput: number) =>
  xml({ StorageType: "gp3", Iops: iops, StorageThroughput: throughput });

/** An Aurora cluster on Serverless v2. */
export const shop = [
  xml({
    DBClusterIdentifier: "shop",
    Engine: "aurora-postgresql",
    EngineMode: "provisioned",
    Status: "available",
    DBSubnetGroup: "private",
    DBClusterParameterGroup: "tuned-cluster",
    Port: 5433,
    DeletionProtection: true,
    StorageType: "aurora-iopt1",
  }),
  groups("sg-3"),
  `<ServerlessV2ScalingConfiguration>${xml({ MinCapacity: 0.5, MaxCapacity: 8 })}</ServerlessV2ScalingConfiguration>`,
].join("");

export const members = (...names: [name: string, writer: boolean][]) =>
  `<DBClusterMembers>${names.map(([name, writer]) => `<DBClusterMember>${xml({ DBInstanceIdentifier: name, IsClusterWriter: writer })}</DBClusterMember>`).join("")}</DBClusterMembers>`;

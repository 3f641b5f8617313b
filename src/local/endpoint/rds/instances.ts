import type { Place } from "../../rds/address.js";
import type { KnownDatabase } from "../../rds/known.js";
import type { MemberRecord, RestoredRecord, Tag } from "../../rds/records.js";
import type { Rds } from "../../rds/service.js";
import { defaults, gib, resourceId, stageInstance, stageWriter, vpc } from "./furnishings.js";
import { arnOf } from "./parameters.js";
import { terms } from "./terms.js";

/** A DB instance as RDS lists it: by itself, or in a cluster, which then has the database. */
export interface Instance {
  identifier: string;
  status: string;
  cluster?: string;
  place?: Place;
  created?: string;
  tags: Tag[];
  settings: Record<string, unknown>;
  /** What made it; absent for a stage's own. */
  restored?: RestoredRecord;
  member?: MemberRecord;
}

export function writerOf(cluster: string): string {
  return `${cluster.slice(0, 52).replace(/-$/, "")}-instance-1`;
}

export function instancesOf(rds: Rds): Instance[] {
  const known = rds.databases();
  const members = rds.members().map((member): Instance => {
    const { identifier, created, tags } = member;
    const cluster = known.find(({ kind, identifier }) => kind === "cluster" && identifier === member.cluster);
    const status = [member.status, cluster?.status].includes("creating") ? "creating" : member.status;
    const place = status === "available" && cluster?.place;
    const made = defaults(terms.cluster.engine, cluster?.record?.facts.version ?? "");
    const settings = { ...made, StorageType: "aurora", ...member.settings };
    const named = { identifier, status, created, tags, settings, cluster: member.cluster };
    return { ...named, member, ...(place && { place }) };
  });
  const own = known.flatMap((database) => {
    if (database.kind === "instance") return [standing(database, rds)];
    return database.record ? [] : [writer(database, rds)];
  });
  return [...own, ...members].sort((a, b) => (a.identifier < b.identifier ? -1 : 1));
}

function standing({ identifier, status, place, record }: KnownDatabase, rds: Rds): Instance {
  const base = { identifier, status, tags: record?.tags ?? tagsOfStage(rds, "instance", identifier) };
  const there = place && status !== "creating" && { place };
  if (!record) return { ...base, ...there, settings: stageInstance };
  const { DBInstanceClass, StorageType } = stageInstance;
  const made = { ...defaults(terms.instance.engine, record.facts.version), DBInstanceClass, StorageType };
  const settings = { ...made, ...record.settings };
  return { ...base, ...there, settings, created: record.created, restored: record };
}

function writer({ identifier: cluster, place }: KnownDatabase, rds: Rds): Instance {
  const identifier = writerOf(cluster);
  const tags = tagsOfStage(rds, "instance", identifier);
  return { identifier, status: "available", cluster, tags, settings: stageWriter, ...(place && { place }) };
}

export function tagsOfStage(rds: Rds, kind: "instance" | "cluster", identifier: string): Tag[] {
  return rds.stages().find((record) => record.kind === kind && record.identifier === identifier)?.tags ?? [];
}

export async function instanceView(instance: Instance, rds: Rds) {
  const { identifier, cluster, place, settings } = instance;
  const facts = place && (await rds.look(place));
  const { engine } = cluster === undefined ? terms.instance : terms.cluster;
  const group = settings.DBSubnetGroupName;
  return {
    DBInstanceIdentifier: identifier,
    DBInstanceArn: arnOf("db", identifier),
    DbiResourceId: resourceId("db", identifier),
    DBInstanceClass: settings.DBInstanceClass,
    Engine: engine,
    EngineVersion: facts?.version ?? instance.restored?.facts.version,
    DBInstanceStatus: statusOf(instance.status, facts !== undefined),
    MasterUsername: facts?.user ?? instance.restored?.facts.user,
    DBName: place?.database,
    Endpoint: facts && { Address: facts.host, Port: facts.port },
    AllocatedStorage: gib(facts?.bytes ?? 0),
    InstanceCreateTime: instance.created,
    BackupRetentionPeriod: 0,
    VpcSecurityGroups: { VpcSecurityGroupMembership: securityGroups(settings) },
    DBParameterGroups: {
      DBParameterGroup: [
        { DBParameterGroupName: settings.DBParameterGroupName, ParameterApplyStatus: "in-sync" },
      ],
    },
    DBSubnetGroup: {
      ...{ DBSubnetGroupName: group, DBSubnetGroupDescription: group, VpcId: vpc },
      SubnetGroupStatus: "Complete",
    },
    AvailabilityZone: settings.AvailabilityZone,
    DBClusterIdentifier: cluster,
    PromotionTier: cluster === undefined ? undefined : (settings.PromotionTier ?? 1),
    MultiAZ: false,
    PubliclyAccessible: settings.PubliclyAccessible,
    AutoMinorVersionUpgrade: settings.AutoMinorVersionUpgrade,
    CopyTagsToSnapshot: settings.CopyTagsToSnapshot,
    StorageType: settings.StorageType,
    StorageEncrypted: false,
    LicenseModel: "postgresql-license",
    IAMDatabaseAuthenticationEnabled: false,
    DeletionProtection: false,
    NetworkType: "IPV4",
    TagList: tagList(instance.tags),
  };
}

/** A server of the user's own may be switched off. */
export function statusOf(status: string, answers: boolean): string {
  return answers || (status !== "available" && status !== "backing-up") ? status : "stopped";
}

export function securityGroups(settings: Record<string, unknown>) {
  const ids = Array.isArray(settings.VpcSecurityGroupIds) ? settings.VpcSecurityGroupIds : [];
  return ids.map((id) => ({ VpcSecurityGroupId: id, Status: "active" }));
}

export function tagList(tags: Tag[]) {
  return { Tag: tags.map(({ key, value }) => ({ Key: key, Value: value })) };
}

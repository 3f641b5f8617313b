import * as z from "zod";
import type { RestoredRecord, SnapshotRecord } from "../../rds/records.js";
import type { Rds } from "../../rds/service.js";
import type { Operation } from "../answer.js";
import { clustersOf, clusterView } from "./clusters.js";
import { findDatabase, findSnapshot } from "./find.js";
import { checkFurnishings } from "./furnishings.js";
import { instancesOf, instanceView } from "./instances.js";
import { bool, capacity, identifier, int, invalid, list, parseRds, reference, tags } from "./parameters.js";
import { refusal, type Terms, terms } from "./terms.js";

/** What a local database is and cannot be otherwise; said all the same, it has to be right. */
const fixed = <T extends string>(value: T) =>
  z.literal(value, { error: `can only be ${value} here` }).optional();

/** Kept as they were said, and told again. */
const kept = {
  DBSubnetGroupName: z.string().optional(),
  VpcSecurityGroupIds: list(z.string()).optional(),
  PubliclyAccessible: bool.optional(),
  CopyTagsToSnapshot: bool.optional(),
  StorageType: z.string().optional(),
};

const common = {
  ...kept,
  Tags: tags.default([]),
  DeletionProtection: fixed("false"),
  EnableIAMDatabaseAuthentication: fixed("false"),
  NetworkType: fixed("IPV4"),
  BackupRetentionPeriod: fixed("0"),
};

const instanceSettings = {
  DBInstanceClass: z.string().startsWith("db.", "is not a DB instance class").optional(),
  DBParameterGroupName: z.string().optional(),
  AvailabilityZone: z.string().optional(),
  AutoMinorVersionUpgrade: bool.optional(),
  MultiAZ: fixed("false"),
  LicenseModel: fixed("postgresql-license"),
};

const instanceSchema = z.strictObject({
  DBInstanceIdentifier: identifier(63),
  DBSnapshotIdentifier: reference,
  Engine: fixed(terms.instance.engine),
  Port: int.optional(),
  ...common,
  ...instanceSettings,
});

const clusterSchema = z.strictObject({
  DBClusterIdentifier: identifier(63),
  SnapshotIdentifier: reference,
  Engine: z.literal(terms.cluster.engine, { error: `can only be ${terms.cluster.engine} here` }),
  EngineVersion: z.string().optional(),
  EngineMode: fixed("provisioned"),
  DBClusterParameterGroupName: z.string().optional(),
  ServerlessV2ScalingConfiguration: capacity.optional(),
  AvailabilityZones: list(z.string()).optional(),
  Port: int.optional(),
  ...common,
});

const memberSchema = z.strictObject({
  DBInstanceIdentifier: identifier(63),
  DBClusterIdentifier: reference.optional(),
  Engine: z.literal(terms.cluster.engine, { error: `can only be ${terms.cluster.engine} here` }),
  EngineVersion: z.string().optional(),
  PromotionTier: int.optional(),
  ...common,
  ...instanceSettings,
});

export const restoreOperations: Record<string, Operation> = {
  async RestoreDBInstanceFromDBSnapshot(parameters, { rds }) {
    const { DBInstanceIdentifier, DBSnapshotIdentifier, ...rest } = parseRds(instanceSchema, parameters);
    const order = { identifier: DBInstanceIdentifier, snapshot: DBSnapshotIdentifier, ...rest };
    await restore(terms.instance, rds, order);
    return { DBInstance: await viewOfInstance(DBInstanceIdentifier, rds) };
  },

  async RestoreDBClusterFromSnapshot(parameters, { rds }) {
    const { DBClusterIdentifier, SnapshotIdentifier, ...rest } = parseRds(clusterSchema, parameters);
    await restore(terms.cluster, rds, {
      identifier: DBClusterIdentifier,
      snapshot: SnapshotIdentifier,
      ...rest,
    });
    return { DBCluster: await clusterView(findDatabase(terms.cluster, rds, DBClusterIdentifier), rds) };
  },

  /** An instance is only ever put into a cluster that was restored: what else would be in it? */
  async CreateDBInstance(parameters, { rds }) {
    const wanted = parseRds(memberSchema, parameters);
    const { DBInstanceIdentifier, DBClusterIdentifier, EngineVersion, Tags, ...settings } = wanted;
    if (DBClusterIdentifier === undefined) {
      throw invalid(
        "migrate-remote local makes an instance only in a cluster that was restored: say DBClusterIdentifier, or restore a snapshot.",
      );
    }
    const cluster = findDatabase(terms.cluster, rds, DBClusterIdentifier);
    if (!cluster.record) {
      const message = `${DBClusterIdentifier} is a stage's own cluster and has its one instance.`;
      throw refusal(terms.cluster, "databaseState", message);
    }
    if (cluster.status !== "creating" && cluster.status !== "available") {
      throw refusal(terms.cluster, "databaseState", `DBCluster ${DBClusterIdentifier} is ${cluster.status}.`);
    }
    refuseOtherVersion(EngineVersion, cluster.record.facts.version);
    refuseTaken(terms.instance, rds, DBInstanceIdentifier);
    checkFurnishings(settings);
    const member = { identifier: DBInstanceIdentifier, cluster: DBClusterIdentifier, tags: Tags, settings };
    rds.addMember(member);
    return { DBInstance: await viewOfInstance(DBInstanceIdentifier, rds) };
  },
};

type Order = Omit<
  z.output<typeof instanceSchema>,
  "DBInstanceIdentifier" | "DBSnapshotIdentifier" | "Engine"
> & {
  identifier: string;
  snapshot: string;
  EngineVersion?: string | undefined;
};

async function restore(terms: Terms, rds: Rds, order: Order): Promise<RestoredRecord> {
  const { identifier, snapshot: name, Tags, Port, EngineVersion, ...settings } = order;
  const { server, copy: database } = findSnapshot(terms, rds, name);
  checkFurnishings(settings);
  const facts = await rds.look({ server, database });
  // Nothing is awaited from here on: of two at once one is first.
  const snapshot: SnapshotRecord = findSnapshot(terms, rds, name);
  refuseTaken(terms, rds, identifier);
  if (snapshot.status !== "available" || !facts) {
    const message = `Cannot restore from ${name}: it is ${facts ? snapshot.status : "not there, or its server does not answer"}.`;
    throw refusal(terms, "snapshotState", message);
  }
  if (Port !== undefined && Port !== facts.port) {
    throw invalid(`The parameter Port can only be ${facts.port} here, where everything is in one server.`);
  }
  refuseOtherVersion(EngineVersion, facts.version);
  return rds.restore({ identifier, snapshot, settings, tags: Tags });
}

function refuseOtherVersion(wanted: string | undefined, there: string): void {
  if (wanted === undefined || wanted === there) return;
  throw invalid(`The parameter EngineVersion can only be ${there} here.`);
}

/** Nothing is ever overwritten. */
function refuseTaken(kind: Terms, rds: Rds, name: string): void {
  const all = kind.kind === "instance" ? instancesOf(rds) : clustersOf(rds);
  if (all.some(({ identifier }) => identifier === name)) {
    throw refusal(kind, "databaseExists", `${kind.database} ${name} already exists.`);
  }
}

async function viewOfInstance(name: string, rds: Rds) {
  const instance = instancesOf(rds).find(({ identifier }) => identifier === name);
  return instance && instanceView(instance, rds);
}

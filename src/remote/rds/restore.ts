import {
  type DBCluster,
  type DBInstance,
  RestoreDBClusterFromSnapshotCommand,
  RestoreDBClusterToPointInTimeCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
  RestoreDBInstanceToPointInTimeCommand,
} from "@aws-sdk/client-rds";
import type { CallOptions, Database, DatabaseKind, RestoreRequest } from "../databases.js";
import type { DatabaseSubject } from "../explanation.js";
import { RemoteError } from "../remote-error.js";
import type { Rds } from "./calls.js";
import { clusterView, findCluster } from "./clusters.js";
import { madeByThis } from "./existing.js";
import { findInstance, instanceView } from "./instances.js";
import { clusterLike } from "./like-cluster.js";
import { instanceLike, securityGroups } from "./like-instance.js";
import { writeTags } from "./tags.js";
import { number, text } from "./values.js";

export async function restore(rds: Rds, request: RestoreRequest, options?: CallOptions): Promise<Database> {
  try {
    return request.original.kind === "instance"
      ? await restoreInstance(rds, request, options)
      : await restoreCluster(rds, request, options);
  } catch (error) {
    if (!(error instanceof RemoteError) || error.code !== "database_exists") throw error;
    return madeByThis(rds, request, error, options);
  }
}

async function restoreInstance(rds: Rds, request: RestoreRequest, options?: CallOptions): Promise<Database> {
  const { identifier, from } = request;
  const original = await findInstance(rds, request.original.identifier, options);
  const like = { ...instanceLike(known(rds, request, original)), Tags: writeTags(request.tags) };
  const about = subjectOf(request);
  const made =
    "snapshot" in from
      ? await rds.write("RestoreDBInstanceFromDBSnapshot", about, options, (client, sending) =>
          client.send(
            new RestoreDBInstanceFromDBSnapshotCommand({
              ...like,
              DBInstanceIdentifier: identifier,
              DBSnapshotIdentifier: from.snapshot,
            }),
            sending,
          ),
        )
      : await rds.write("RestoreDBInstanceToPointInTime", about, options, (client, sending) =>
          client.send(
            new RestoreDBInstanceToPointInTimeCommand({
              ...like,
              // A snapshot's restore does not take it.
              MaxAllocatedStorage: number(original.MaxAllocatedStorage),
              SourceDBInstanceIdentifier: request.original.identifier,
              TargetDBInstanceIdentifier: identifier,
              RestoreTime: new Date(from.moment),
            }),
            sending,
          ),
        );
  return instanceView(made.DBInstance ?? {}, identifier);
}

async function restoreCluster(rds: Rds, request: RestoreRequest, options?: CallOptions): Promise<Database> {
  const { identifier, from } = request;
  const original = await findCluster(rds, request.original.identifier, options);
  const like = {
    ...clusterLike(known(rds, request, original)),
    DBClusterIdentifier: identifier,
    Tags: writeTags(request.tags),
  };
  const about = subjectOf(request);
  const made =
    "snapshot" in from
      ? await rds.write("RestoreDBClusterFromSnapshot", about, options, (client, sending) =>
          client.send(
            new RestoreDBClusterFromSnapshotCommand({
              ...like,
              SnapshotIdentifier: from.snapshot,
              Engine: text(original.Engine),
            }),
            sending,
          ),
        )
      : await rds.write("RestoreDBClusterToPointInTime", about, options, (client, sending) =>
          client.send(
            new RestoreDBClusterToPointInTimeCommand({
              ...like,
              SourceDBClusterIdentifier: request.original.identifier,
              RestoreToTime: new Date(from.moment),
            }),
            sending,
          ),
        );
  return clusterView(made.DBCluster ?? {}, [], identifier);
}

function subjectOf({ original, identifier, from }: RestoreRequest): DatabaseSubject {
  return {
    database: original,
    made: { kind: original.kind, identifier },
    ...("snapshot" in from ? { snapshot: { kind: original.kind, id: from.snapshot } } : {}),
  };
}

/** RDS takes the VPC's default group where none is named, which may let in more than the original's. */
function known<T extends DBInstance | DBCluster>(
  rds: Rds,
  { original, from }: RestoreRequest,
  described: T,
): T {
  if (securityGroups(described).length > 0) return described;
  const { kind, identifier } = original;
  const look = rds.typed(`describe-db-${kind}s --db-${kind}-identifier ${identifier}`);
  const byHand = rds.typed(`${byHandOf(kind, from)} --vpc-security-group-ids SECURITY-GROUP`);
  throw new RemoteError({
    code: "restore_impossible",
    message: `RDS does not tell the security groups of ${original.kind} ${original.identifier}, and without them the new one would get the VPC's default. Nothing was made.`,
    hint: `Look at it with ${look}\nThen restore by hand, with security groups of your own choice: ${byHand}`,
  });
}

function byHandOf(kind: DatabaseKind, from: RestoreRequest["from"]): string {
  if ("moment" in from)
    return kind === "instance"
      ? "restore-db-instance-to-point-in-time"
      : "restore-db-cluster-to-point-in-time";
  return kind === "instance"
    ? `restore-db-instance-from-db-snapshot --db-snapshot-identifier ${from.snapshot} --db-instance-identifier NEW-NAME`
    : `restore-db-cluster-from-snapshot --snapshot-identifier ${from.snapshot} --db-cluster-identifier NEW-NAME`;
}

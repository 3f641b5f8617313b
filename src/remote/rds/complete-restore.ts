import { CreateDBInstanceCommand, type DBCluster, type DBInstance } from "@aws-sdk/client-rds";
import type { CallOptions, RestoreRequest } from "../databases.js";
import { RemoteError } from "../remote-error.js";
import type { Rds } from "./calls.js";
import { findCluster, instancesOf, memberNames } from "./clusters.js";
import { findInstance } from "./instances.js";
import { needsWriter } from "./like-cluster.js";
import { writerLike } from "./like-instance.js";
import { writeTags } from "./tags.js";
import { text } from "./values.js";

/** Gives a restored cluster its first instance, where it needs one and has none. */
export async function addWriter(rds: Rds, request: RestoreRequest, options?: CallOptions): Promise<void> {
  const { original, identifier, tags } = request;
  const cluster = await findCluster(rds, identifier, options);
  if (!needsWriter(cluster)) return;
  if (memberNames(cluster, await instancesOf(rds, identifier, options)).length > 0) return;
  const model = await writerOf(rds, await findCluster(rds, original.identifier, options), options);
  const instance = writerName(identifier);
  const input = {
    ...(model === undefined ? {} : writerLike(model)),
    DBInstanceIdentifier: instance,
    DBClusterIdentifier: identifier,
    DBInstanceClass: text(model?.DBInstanceClass),
    Engine: text(cluster.Engine),
    Tags: writeTags(tags),
  };
  if (input.DBInstanceClass === undefined) throw withoutModel(request);
  const about = {
    database: { kind: "cluster", identifier } as const,
    made: { kind: "instance", identifier: instance } as const,
  };
  try {
    await rds.write("CreateDBInstance", about, options, (client, sending) =>
      client.send(new CreateDBInstanceCommand(input), sending),
    );
  } catch (error) {
    if (!(error instanceof RemoteError) || error.code !== "database_exists") throw error;
    // An answer that was lost, or two commands at once: it is the cluster's own all the same.
    const found = await findInstance(rds, instance, options);
    if (found.DBClusterIdentifier?.toLowerCase() !== identifier.toLowerCase()) throw error;
  }
}

/** As the console names it. */
export function writerName(cluster: string): string {
  const suffix = "-instance-1";
  return `${cluster.slice(0, 63 - suffix.length).replace(/-+$/, "")}${suffix}`;
}

async function writerOf(
  rds: Rds,
  original: DBCluster,
  options?: CallOptions,
): Promise<DBInstance | undefined> {
  const [writer] = memberNames(original);
  return writer === undefined ? undefined : findInstance(rds, writer, options);
}

function withoutModel({ original, identifier }: RestoreRequest): RemoteError {
  return new RemoteError({
    code: "restore_impossible",
    message: `Cluster ${original.identifier} has no instance whose class the new one's could take. Cluster ${identifier} exists, with the data and without an instance.`,
    hint: `Give it one: \`aws rds create-db-instance --db-cluster-identifier ${identifier} --db-instance-identifier ${writerName(identifier)} --engine ENGINE --db-instance-class CLASS\`.`,
  });
}

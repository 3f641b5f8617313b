import type { CallOptions, Database, RestoreRequest } from "../databases.js";
import { RemoteError } from "../remote-error.js";
import { readThrown } from "../thrown.js";
import type { Rds } from "./calls.js";
import { clusterView, findCluster, instancesOf } from "./clusters.js";
import { findInstance, instanceView } from "./instances.js";
import { carries, readTags } from "./tags.js";

/**
 * The new name is taken. Where the request was sent more than once, its first sending may have done it: then the tags tell. Otherwise the
 * error says what is there.
 */
export async function madeByThis(
  rds: Rds,
  request: RestoreRequest,
  error: RemoteError,
  options?: CallOptions,
): Promise<Database> {
  const { database, tags } = await existing(rds, request, options);
  if (readThrown(error.cause).attempts > 1 && carries(tags, request.tags)) return database;
  const { kind, identifier, status, members } = database;
  const without = kind === "cluster" && members.length === 0 ? " and has no instance" : "";
  throw new RemoteError({
    code: "database_exists",
    message: `${kind === "cluster" ? "Cluster" : "Instance"} ${identifier} exists already; it is ${status}${without}. A restore never overwrites: nothing was changed.`,
    hint: "Choose another name for the new one; where that one is from an earlier restore, delete it or use it.",
    cause: error.cause,
  });
}

async function existing(rds: Rds, { original, identifier }: RestoreRequest, options?: CallOptions) {
  if (original.kind === "instance") {
    const found = await findInstance(rds, identifier, options);
    return { database: instanceView(found, identifier), tags: readTags(found.TagList) };
  }
  const found = await findCluster(rds, identifier, options);
  const instances = await instancesOf(rds, identifier, options);
  return { database: clusterView(found, instances, identifier), tags: readTags(found.TagList) };
}

import { AddTagsToResourceCommand } from "@aws-sdk/client-rds";
import type {
  CallOptions,
  DatabaseRef,
  Databases,
  Snapshot,
  SnapshotRef,
  SnapshotRequest,
} from "../databases.js";
import { RemoteError } from "../remote-error.js";
import type { Rds } from "./calls.js";
import { clusterSnapshots } from "./cluster-snapshots.js";
import { instanceSnapshots } from "./instance-snapshots.js";
import { writeTags } from "./tags.js";

/** The same four calls under one kind's own names. */
export interface SnapshotCalls {
  all(database: DatabaseRef, options?: CallOptions): Promise<Snapshot[]>;
  /** @throws RemoteError `snapshot_not_found` */
  find(snapshot: SnapshotRef, options?: CallOptions): Promise<Snapshot>;
  create(request: SnapshotRequest, options?: CallOptions): Promise<Snapshot>;
  remove(snapshot: SnapshotRef, options?: CallOptions): Promise<void>;
}

type Snapshots = Pick<
  Databases,
  "snapshots" | "snapshot" | "createSnapshot" | "tagSnapshot" | "deleteSnapshot"
>;

export function makeSnapshots(rds: Rds): Snapshots {
  const calls = { instance: instanceSnapshots(rds), cluster: clusterSnapshots(rds) };
  return {
    snapshots: async (database, options) =>
      (await calls[database.kind].all(database, options)).sort(newestFirst),
    snapshot: async (reference, options) => {
      try {
        return await calls[reference.kind].find(reference, options);
      } catch (error) {
        if (error instanceof RemoteError && error.code === "snapshot_not_found") return undefined;
        throw error;
      }
    },
    createSnapshot: (request, options) => calls[request.database.kind].create(request, options),
    deleteSnapshot: (reference, options) => calls[reference.kind].remove(reference, options),
    tagSnapshot: async (snapshot, tags, options) => {
      const ResourceName = snapshot.arn ?? (await calls[snapshot.kind].find(snapshot, options)).arn;
      const input = { ResourceName, Tags: writeTags(tags) };
      await rds.write("AddTagsToResource", { snapshot }, options, (client, sending) =>
        client.send(new AddTagsToResourceCommand(input), sending),
      );
    },
  };
}

/** What has not begun is newer than anything. */
function newestFirst(one: Snapshot, other: Snapshot): number {
  if (one.createdAt === other.createdAt) return 0;
  if (one.createdAt === undefined) return -1;
  if (other.createdAt === undefined) return 1;
  return one.createdAt < other.createdAt ? 1 : -1;
}

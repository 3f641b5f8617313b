import {
  CreateDBClusterSnapshotCommand,
  DeleteDBClusterSnapshotCommand,
  DescribeDBClusterSnapshotsCommand,
  paginateDescribeDBClusterSnapshots,
} from "@aws-sdk/client-rds";
import { everyPage, type Rds } from "./calls.js";
import { answered } from "./not-found.js";
import { clusterSnapshotView } from "./snapshot-view.js";
import type { SnapshotCalls } from "./snapshots.js";
import { writeTags } from "./tags.js";
import { list } from "./values.js";

export function clusterSnapshots(rds: Rds): SnapshotCalls {
  return {
    all: (database, options) =>
      rds.read("DescribeDBClusterSnapshots", { database }, options, async (client, sending) => {
        const pages = paginateDescribeDBClusterSnapshots(
          { client, stopOnSameToken: true },
          { DBClusterIdentifier: database.identifier, SnapshotType: "manual" },
          sending,
        );
        return list(await everyPage(pages, (page) => page.DBClusterSnapshots)).map(clusterSnapshotView);
      }),
    find: (snapshot, options) =>
      rds.read("DescribeDBClusterSnapshots", { snapshot }, options, async (client, sending) => {
        const input = { DBClusterSnapshotIdentifier: snapshot.id };
        const { DBClusterSnapshots } = await client.send(
          new DescribeDBClusterSnapshotsCommand(input),
          sending,
        );
        return clusterSnapshotView(answered(list(DBClusterSnapshots)[0], "DBClusterSnapshotNotFoundFault"));
      }),
    create: ({ database, id, tags }, options) =>
      rds.write(
        "CreateDBClusterSnapshot",
        { database, snapshot: { kind: "cluster", id } },
        options,
        async (client, sending) => {
          const { identifier } = database;
          const input = {
            DBClusterIdentifier: identifier,
            DBClusterSnapshotIdentifier: id,
            Tags: writeTags(tags),
          };
          const { DBClusterSnapshot } = await client.send(new CreateDBClusterSnapshotCommand(input), sending);
          return clusterSnapshotView({
            DBClusterSnapshotIdentifier: id,
            DBClusterIdentifier: identifier,
            ...DBClusterSnapshot,
          });
        },
      ),
    remove: (snapshot, options) =>
      rds.write("DeleteDBClusterSnapshot", { snapshot }, options, async (client, sending) => {
        await client.send(
          new DeleteDBClusterSnapshotCommand({ DBClusterSnapshotIdentifier: snapshot.id }),
          sending,
        );
      }),
  };
}

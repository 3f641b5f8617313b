import {
  CreateDBSnapshotCommand,
  DeleteDBSnapshotCommand,
  DescribeDBSnapshotsCommand,
  paginateDescribeDBSnapshots,
} from "@aws-sdk/client-rds";
import { everyPage, type Rds } from "./calls.js";
import { answered } from "./not-found.js";
import { instanceSnapshotView } from "./snapshot-view.js";
import type { SnapshotCalls } from "./snapshots.js";
import { writeTags } from "./tags.js";
import { list } from "./values.js";

export function instanceSnapshots(rds: Rds): SnapshotCalls {
  return {
    all: (database, options) =>
      rds.read("DescribeDBSnapshots", { database }, options, async (client, sending) => {
        const pages = paginateDescribeDBSnapshots(
          { client, stopOnSameToken: true },
          { DBInstanceIdentifier: database.identifier, SnapshotType: "manual" },
          sending,
        );
        return list(await everyPage(pages, (page) => page.DBSnapshots)).map(instanceSnapshotView);
      }),
    find: (snapshot, options) =>
      rds.read("DescribeDBSnapshots", { snapshot }, options, async (client, sending) => {
        const input = { DBSnapshotIdentifier: snapshot.id };
        const { DBSnapshots } = await client.send(new DescribeDBSnapshotsCommand(input), sending);
        return instanceSnapshotView(answered(list(DBSnapshots)[0], "DBSnapshotNotFound"));
      }),
    create: ({ database, id, tags }, options) =>
      rds.write(
        "CreateDBSnapshot",
        { database, snapshot: { kind: "instance", id } },
        options,
        async (client, sending) => {
          const { identifier } = database;
          const input = { DBInstanceIdentifier: identifier, DBSnapshotIdentifier: id, Tags: writeTags(tags) };
          const { DBSnapshot } = await client.send(new CreateDBSnapshotCommand(input), sending);
          return instanceSnapshotView({
            DBSnapshotIdentifier: id,
            DBInstanceIdentifier: identifier,
            ...DBSnapshot,
          });
        },
      ),
    remove: (snapshot, options) =>
      rds.write("DeleteDBSnapshot", { snapshot }, options, async (client, sending) => {
        await client.send(new DeleteDBSnapshotCommand({ DBSnapshotIdentifier: snapshot.id }), sending);
      }),
  };
}

import type { DBClusterSnapshot, DBSnapshot } from "@aws-sdk/client-rds";
import type { Snapshot } from "../databases.js";
import { readTags } from "./tags.js";
import { defined, number, text, time } from "./values.js";

export function instanceSnapshotView(snapshot: DBSnapshot): Snapshot {
  return view(snapshot, {
    kind: "instance",
    id: snapshot.DBSnapshotIdentifier,
    database: snapshot.DBInstanceIdentifier,
    arn: snapshot.DBSnapshotArn,
  });
}

export function clusterSnapshotView(snapshot: DBClusterSnapshot): Snapshot {
  return view(snapshot, {
    kind: "cluster",
    id: snapshot.DBClusterSnapshotIdentifier,
    database: snapshot.DBClusterIdentifier,
    arn: snapshot.DBClusterSnapshotArn,
  });
}

function view(
  snapshot: DBSnapshot | DBClusterSnapshot,
  own: Record<"id" | "database" | "arn", unknown> & Pick<Snapshot, "kind">,
): Snapshot {
  const status = text(snapshot.Status) ?? "unknown";
  const size = number(snapshot.AllocatedStorage);
  return defined<Snapshot>({
    kind: own.kind,
    id: text(own.id) ?? "",
    database: text(own.database) ?? "",
    status,
    percent: percentOf(snapshot.PercentProgress, status),
    createdAt: time(snapshot.SnapshotCreateTime),
    // Aurora's storage is not allocated: there it is 0 or 1.
    sizeGiB: size === undefined || size <= 0 ? undefined : size,
    engine: text(snapshot.Engine),
    tags: readTags(snapshot.TagList),
    arn: text(own.arn),
  });
}

function percentOf(value: unknown, status: string): number {
  const percent = number(value) ?? (status === "available" ? 100 : 0);
  return Math.min(100, Math.max(0, percent));
}

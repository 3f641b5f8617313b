import type { Snapshot } from "../../remote/databases.js";
import type { SnapshotView } from "../results.js";
import { factsOf } from "./tags.js";

/** RDS's facts and our tags' in one. */
export function snapshotView(snapshot: Snapshot, stage: string): SnapshotView {
  const { id, kind, database, status, percent, createdAt, sizeGiB } = snapshot;
  const { runId, revision, gitCommit, requestedBy, keepUntil } = factsOf(snapshot.tags, stage) ?? {};
  return {
    id,
    kind,
    database,
    status,
    percent,
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(sizeGiB === undefined ? {} : { sizeGiB }),
    ...(runId === undefined ? {} : { runId }),
    ...(revision === undefined ? {} : { revision }),
    ...(gitCommit === undefined ? {} : { gitCommit }),
    ...(requestedBy === undefined ? {} : { requestedBy }),
    ...(keepUntil === undefined ? {} : { keepUntil }),
  };
}

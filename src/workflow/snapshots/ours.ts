import type { DatabaseRef, Snapshot } from "../../remote/databases.js";
import type { ListedSnapshot } from "../results.js";
import type { StageContext } from "../stage-context.js";
import { factsOf } from "./tags.js";
import { snapshotView } from "./view.js";

/** The snapshots of a database that were made for this stage, newest first; what others made is not ours to show or to touch. */
export async function ourSnapshots(
  { databases, target, signal }: StageContext,
  database: DatabaseRef,
): Promise<Snapshot[]> {
  const all = await databases.snapshots(database, { signal });
  return newestFirst(all.filter(({ tags }) => factsOf(tags, target.stage) !== undefined));
}

/** What RDS has not begun yet has no time, and is the newest. */
export function newestFirst<T extends { createdAt?: string }>(snapshots: T[]): T[] {
  const time = ({ createdAt }: T) =>
    createdAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(createdAt);
  return [...snapshots].sort((a, b) => (time(a) === time(b) ? 0 : time(b) - time(a)));
}

export function listed(snapshot: Snapshot, stage: string, now: Date): ListedSnapshot {
  const view = snapshotView(snapshot, stage);
  const ms = view.createdAt === undefined ? Number.NaN : now.getTime() - Date.parse(view.createdAt);
  return Number.isNaN(ms) ? view : { ...view, ageSeconds: Math.max(0, Math.round(ms / 1000)) };
}

import type { SnapshotView } from "../results.js";
import { newestFirst } from "./ours.js";

/** What may go. Neither said: what is past its keep-until. Both said: both must hold. */
export interface PruneRule {
  /** The newest so many available ones stay. */
  keep?: number;
  olderThanMs?: number;
}

type Prunable = Pick<SnapshotView, "status" | "createdAt" | "keepUntil">;

/**
 * Chooses among a stage's own snapshots; pure, both lists newest first. One that is being made or deleted is left alone. One that failed holds nothing: it
 * never counts as kept. The newest available one stays unless none at all is to be kept.
 */
export function choosePruned<T extends Prunable>(
  snapshots: T[],
  rule: PruneRule,
  now: Date,
): { go: T[]; stay: T[] } {
  const sorted = newestFirst(snapshots);
  const available = sorted.filter(({ status }) => status === "available");
  const safe = new Set(available.slice(0, rule.keep ?? 1));
  const mayGo = (snapshot: T) =>
    (snapshot.status === "available" || snapshot.status === "failed") &&
    !safe.has(snapshot) &&
    isOld(snapshot, rule, now);
  return { go: sorted.filter(mayGo), stay: sorted.filter((snapshot) => !mayGo(snapshot)) };
}

/** What has no time, or one that nobody understands, is not old. */
function isOld({ createdAt, keepUntil }: Prunable, { keep, olderThanMs }: PruneRule, now: Date): boolean {
  if (olderThanMs !== undefined) return isPast(createdAt, now.getTime() - olderThanMs);
  return keep !== undefined || isPast(keepUntil, now.getTime());
}

function isPast(iso: string | undefined, limit: number): boolean {
  return iso !== undefined && Date.parse(iso) < limit;
}

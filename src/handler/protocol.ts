import { runIdTime } from "../contract/run-id.js";
import { isFinal, type RunState } from "../contract/run-record.js";

/**
 * The decisions that make a run execute at most once, free of SQL, so that a model can try every order of events on them. DESIGN.md's
 * far-side protocol numbers the steps.
 */

/** A row of the ledger as the decisions need it. */
export interface LedgerRow {
  runId: string;
  state: RunState;
  part: number;
  /** For `running`: the PostgreSQL backend that works on it is still there. */
  live: boolean;
  /** For `paused`: milliseconds since the epoch until which other runs are kept out. */
  leaseUntil: number;
}

export interface Delivery {
  runId: string;
  part: number;
}

/** `recorded`: answer what the ledger says and do nothing. `running`: answer that it is being worked on. */
export type BeforeLock = "recorded" | "running" | "try-lock";

/** Step 2: an event may be delivered again, at once or hours later. */
export function beforeLock(own: LedgerRow | undefined, { part }: Delivery): BeforeLock {
  if (own === undefined) return "try-lock";
  if (isFinal(own.state)) return "recorded";
  if (own.state === "running") return own.live ? "running" : "try-lock";
  return part === own.part + 1 ? "try-lock" : "recorded";
}

/**
 * Step 3, the lock not had. `own` is read again after the attempt. A run whose own earlier delivery has the lock, or whose row another
 * run is about to close, is `running`; only a run of which nothing is known is `locked`.
 */
export function withoutLock(
  own: LedgerRow | undefined,
  holderRunId: string | undefined,
  { runId }: Delivery,
): "recorded" | "running" | "locked" {
  if (holderRunId === runId) return "running";
  if (own === undefined) return "locked";
  return isFinal(own.state) ? "recorded" : "running";
}

export interface UnderLock {
  /** Runs whose invocation is dead, to be closed with what was really applied before anything else. */
  close: string[];
  next:
    | { kind: "recorded" }
    /** A paused run's lease keeps others out. */
    | { kind: "locked"; by: string }
    /** Insert the row; the conflict that a fence makes is a refusal. */
    | { kind: "claim-new" }
    /** Update the row where it is still paused at the part before. */
    | { kind: "claim-part" }
    /** A part of a run that never began. */
    | { kind: "unknown-part" }
    /** An earlier delivery of the same run is still at work. */
    | { kind: "running" };
}

/**
 * Step 4, with the lock: what the ledger calls running is dead, for it would hold the lock. Except where a migration released it
 * (`pg_advisory_unlock_all`) and is still being executed: then the lock proves nothing, and the live run keeps everybody out.
 */
export function underLock(rows: LedgerRow[], { runId, part }: Delivery, now: number): UnderLock {
  const own = rows.find((row) => row.runId === runId);
  const others = rows.filter((row) => row.runId !== runId);
  const close = rows.filter(({ state, live }) => state === "running" && !live).map((row) => row.runId);
  for (const row of others) if (row.state === "paused" && row.leaseUntil <= now) close.push(row.runId);
  return { close, next: afterClosing(own, others, part, now) };
}

function afterClosing(
  own: LedgerRow | undefined,
  others: LedgerRow[],
  part: number,
  now: number,
): UnderLock["next"] {
  if (own?.state === "running" && own.live) return { kind: "running" };
  // Closed just now, or final already: either way it is never executed again.
  if (own !== undefined && own.state !== "paused") return { kind: "recorded" };
  const other = others.find(keepsOut(now));
  if (other !== undefined) return { kind: "locked", by: other.runId };
  if (own !== undefined) return part === own.part + 1 ? { kind: "claim-part" } : { kind: "recorded" };
  return part === 1 ? { kind: "claim-new" } : { kind: "unknown-part" };
}

function keepsOut(now: number): (row: LedgerRow) => boolean {
  return ({ state, live, leaseUntil }) =>
    (state === "running" && live) || (state === "paused" && leaseUntil > now);
}

/** Lambda keeps an asynchronous event for six hours at most; whatever comes a day late comes from nowhere good. */
const latestMs = 24 * 3_600_000;

/**
 * True for a run id that was made more than a day ago: nobody waits for that run any more, and whoever asked for it was perhaps killed
 * before it could be fenced.
 */
export function isTooLate(runId: string, now: number): boolean {
  const made = runIdTime(runId)?.getTime();
  return made !== undefined && now - made > latestMs;
}

/**
 * What a dead run came to: the engine's own history decides. `repairMissing`: it was to repair history too, and had not; that is no
 * revision of its plan.
 */
export function closedState(
  planned: string[],
  stands: ReadonlySet<string>,
  repairMissing = false,
): "succeeded" | "interrupted" {
  return !repairMissing && planned.every((revision) => stands.has(revision)) ? "succeeded" : "interrupted";
}

/** Step 7: whether there is time for one more migration, judged by the longest one so far. Milliseconds. */
export function timeForAnother(remaining: number, longestSoFar: number, stopBefore: number): boolean {
  return remaining > Math.max(stopBefore, longestSoFar * 1.5);
}

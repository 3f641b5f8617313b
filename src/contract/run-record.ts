import * as z from "zod";
import { ifThere, type Keys } from "./if-there.js";
import { once } from "./once.js";
import type { Plan, Report, ReportError } from "./report.js";

/**
 * Where a run stands.
 *
 * `running`: an invocation works on it, or PostgreSQL still works for one that died. `paused`: an invocation ran out of time between two
 * migrations; the next part goes on. The others are final, nothing is executed under this run id any more: `succeeded`; `failed` (a
 * migration failed); `interrupted` (the invocation ended without saying how; `applied` says what stands); `refused` (said no before the
 * first statement); `fenced` (told never to begin, or never to go on).
 */
export const runStates = [
  "running",
  "paused",
  "succeeded",
  "failed",
  "interrupted",
  "refused",
  "fenced",
] as const;

export type RunState = (typeof runStates)[number];

export function isFinal(state: RunState): boolean {
  return state !== "running" && state !== "paused";
}

/** One row of the ledger `migrate_remote.runs`. */
export interface RunRecord {
  runId: string;
  state: RunState;
  operation: "run" | "fix-history";
  /** The newest invocation of this run, from 1. */
  part: number;
  requestedBy?: string;
  /** Where the command ran: a CI job's URL, or a folder's git remote. */
  requestedFrom?: string;
  gitCommit?: string;
  /** The plan as it was claimed by part 1. */
  plan?: Plan;
  snapshotId?: string;
  /** Why there is no snapshot, in the words of whoever said so. */
  snapshotSkipped?: string;
  engine?: string;
  /** Current revisions before and after. */
  fromRevisions: string[];
  toRevisions: string[];
  /** What this run applied so far, all parts together, in order. */
  applied: string[];
  /** ISO 8601, UTC. */
  startedAt: string;
  /** When it was recorded as ended; of an interrupted run, when that was found out. */
  finishedAt?: string;
  /** While paused: until when other runs are kept out. */
  leaseUntil?: string;
  /** While running: the PostgreSQL backend, also where only PostgreSQL still works on it. */
  pid?: number;
  /** While running: false where the invocation is gone and PostgreSQL still executes its statement. */
  connected?: boolean;
  error?: ReportError;
  /** What the run answered, once it is final or paused; only in the answer to `run_result`. */
  report?: Report;
}

const words = (most: number) => () => z.string().max(most);

const revisions = once(() => z.array(z.string()).max(100_000));

export const runRecordFields = (keys: Keys) => ({
  runId: words(100)(),
  state: z.enum(runStates),
  operation: z.enum(["run", "fix-history"]),
  part: z.int().positive(),
  ...ifThere(keys, {
    requestedBy: words(1000),
    requestedFrom: words(1000),
    gitCommit: words(100),
    snapshotId: words(1000),
    snapshotSkipped: words(10_000),
    engine: words(100),
  }),
  fromRevisions: revisions(),
  toRevisions: revisions(),
  applied: revisions(),
  startedAt: words(100)(),
  ...ifThere(keys, {
    finishedAt: words(100),
    leaseUntil: words(100),
    pid: () => z.int(),
    connected: () => z.boolean(),
  }),
});

import type { RunState } from "../../contract/run-record.js";
import type { TargetSummary } from "../results.js";

/** What `runs --stats` makes of the ledger. */
export interface RunStatsResult extends TargetSummary {
  command: "runs";
  stats: RunStats;
}

export interface RunStats {
  /** Runs looked at, newest first; repairs of history are counted apart. */
  runs: number;
  repairs: number;
  /** False where the ledger may have older ones. */
  complete: boolean;
  /** ISO 8601, UTC: when the oldest one looked at started. */
  since?: string;
  /** How many runs by how they ended, those at work included. */
  outcomes: Record<RunState, number>;
  /** 0 to 1: of the runs that began to migrate and have ended. Absent where there is none. */
  successRate?: number;
  /** Of the runs whose end was recorded. Absent where there is none. */
  durations?: {
    runs: number;
    medianMs: number;
    /** Nearest rank: of fewer than 20 it is the longest. */
    p95Ms: number;
    longestMs: number;
    longestRunId: string;
  };
  /** The newest run that failed or was interrupted. */
  lastFailure?: { runId: string; state: RunState; startedAt: string; code?: string; message?: string };
}

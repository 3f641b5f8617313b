import type { DatabaseRef } from "../remote/databases.js";
import type { MigrationView, TargetSummary } from "./results.js";

/** What happens on the way to a result. Events go to stderr as they happen; a result never depends on them. */
export type WorkflowEvent =
  /** Something that takes time has begun; what is waited for and for how long at most. */
  | { type: "waiting"; message: string }
  | { type: "warning"; code: string; message: string; hint?: string }
  /** The plan, before anything is executed. */
  | { type: "plan"; target: TargetSummary; migrations: MigrationView[]; planId?: string }
  /** What will stand behind the run, told before consent is asked. */
  | { type: "way-back"; message: string }
  /** A snapshot is being made; sent again as it gets on. */
  | ({ type: "snapshot" } & SnapshotProgress)
  /** Snapshots are being deleted, this one now. */
  | { type: "deleting"; id: string; index: number; total: number }
  /** A new database is asked for; from here on it may exist. */
  | {
      type: "restoring";
      /** What it is made from, in words. */
      from: string;
      database: DatabaseRef;
      /** What to type when this command does not see the end of it. */
      hint: string;
    }
  /** The run's one request is about to be sent. */
  | { type: "started"; runId: string; hasLedger: boolean }
  /** One line of the far side's log. */
  | { type: "log"; line: LogLine }
  | { type: "progress"; revision: string; index: number; total: number };

export interface SnapshotProgress {
  id: string;
  /** The instance or cluster. */
  database: string;
  status: string;
  /** 0 to 100. */
  percent: number;
  elapsedMs: number;
  /** How much longer, judged from its own progress or from earlier ones; absent where nothing tells. */
  leftMs?: number;
  /** How long it is waited for in all. */
  timeoutMs: number;
}

export type Emit = (event: WorkflowEvent) => void;

/** A log line, taken apart as far as it can be. */
export interface LogLine {
  /** ISO 8601, UTC. */
  time: string;
  level: LogLevel;
  message: string;
  stream: string;
  requestId?: string;
  runId?: string;
  /** Lambda's own INIT_START, START, END and REPORT lines. */
  platform?: "init" | "start" | "end" | "report";
  /** Our handlers' structured fields: event, revision, index, total. */
  fields?: Record<string, unknown>;
}

export const logLevels = ["debug", "info", "warn", "error"] as const;

export type LogLevel = (typeof logLevels)[number];

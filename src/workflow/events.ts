import type { DatabaseRef } from "../remote/databases.js";
import type { IntendedRepair } from "./intended-repair.js";
import type { InitFile } from "./results/init.js";
import type { MigrationView, TargetSummary } from "./results.js";

/** What happens on the way to a result. Events go to stderr as they happen; a result never depends on them. */
export type WorkflowEvent =
  /** Something that takes time has begun; what is waited for and for how long at most. */
  | { type: "waiting"; message: string }
  /** A log is read on and on; sent again after lines. How it ends is said with it. */
  | { type: "following"; message: string }
  /** Worth a line, and no trouble. */
  | { type: "note"; message: string }
  | { type: "warning"; code: string; message: string; hint?: string }
  /** The plan, before anything is executed. `repairsFirst`: what the repaired history has of it is not applied. */
  | {
      type: "plan";
      target: TargetSummary;
      migrations: MigrationView[];
      planId?: string;
      repairsFirst: boolean;
    }
  /** What a repair of history will do, before consent is asked. */
  | { type: "repair"; target: TargetSummary; repair: IntendedRepair }
  /** Files that are about to be asked about, whole. */
  | { type: "proposal"; files: InitFile[]; notes: string[] }
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
  /** New code is about to be sent. */
  | { type: "deploying"; functionName: string; codeSha256: string }
  /** The run's one request is about to be sent. */
  | {
      type: "started";
      runId: string;
      hasLedger: boolean;
      /** Whether a status can tell what it did. */
      hasStatus: boolean;
    }
  /** One line of the far side's log. */
  | { type: "log"; line: LogLine }
  | { type: "progress"; revision: string; index: number; total: number }
  /** The lines of what was followed have come to their end. */
  | ({ type: "log-end" } & LogCount);

/** What was seen of one run's lines. */
export interface LogCount {
  /** Lines shown. */
  lines: number;
  /** Of these, how many came later than lines that were written after them. */
  late: number;
  /** Lines that Lambda itself says the function wrote, and that CloudWatch did not show. */
  missing: number;
  /** Whether Lambda's own last line was seen; without it the answer and a quiet spell are taken for the end. */
  ended: boolean;
}

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
  /** Milliseconds since the epoch. In JSON it is `time`, ISO 8601 in UTC. */
  timestamp: number;
  level: LogLevel;
  message: string;
  /** What its fields say beyond the message, as `key=value`, bounded. For people: in JSON there are the fields. */
  extra?: string;
  stream: string;
  requestId?: string;
  runId?: string;
  /** It came later than lines that were written after it. */
  late?: true;
  /** It goes on with the line before it in its stream. */
  continued?: true;
  /** Lambda's own lines: INIT_START, START, END and REPORT, or the JSON format's `platform.…` objects. */
  platform?: "init" | "start" | "end" | "report";
  /** What a REPORT line says. */
  report?: InvocationReport;
  /** In CloudWatch's Embedded Metric Format and nothing else: CloudWatch makes metrics of it. */
  metrics?: true;
  /** A line of JSON as it came; our handlers' have event, revision, index, total. */
  fields?: Record<string, unknown>;
}

/** Lambda's own account of an invocation; what it does not say is absent. */
export interface InvocationReport {
  durationMs?: number;
  billedMs?: number;
  memoryMb?: number;
  maxMemoryMb?: number;
  /** The cold start, where there was one. */
  initMs?: number;
  /** `success`, `timeout`, `error`, …; absent in the text format where all went well. */
  status?: string;
}

export const logLevels = ["debug", "info", "warn", "error"] as const;

export type LogLevel = (typeof logLevels)[number];

import type { ContractName } from "../contract/codec.js";
import type {
  DatabaseIdentity,
  DatabaseState,
  MigrationEntry,
  Problem,
  ReportError,
} from "../contract/report.js";
import type { RuleName } from "../contract/rules.js";
import type { RunRecord } from "../contract/run-record.js";
import type { Finding } from "./review/finding.js";

/**
 * What commands end with. These types are what `--json` prints (camelCase, additions only); the human text is a view of them, and
 * the exit code follows from them (`cli/exit-code.ts`).
 */
export type CommandResult =
  | StatusResult
  | StatusAllResult
  | RunResult
  | FixHistoryResult
  | RunsResult
  | LogsResult;

/** Which function was asked. */
export interface TargetSummary {
  stage: string;
  function: string;
  region?: string;
  contract: ContractName;
  protected: boolean;
}

/** An error inside a result: the same fields whether the far side said it or the CLI. */
export interface ResultError extends ReportError {
  /** What the function failed with, or answered, where that is not a report. */
  answer?: string;
  /** The far side's own stack. */
  trace?: string[];
}

export interface MigrationView extends MigrationEntry {
  /** What destroys data in it; looked for in pending migrations only. */
  destructive?: Finding[];
  /** What keeps others waiting for long: warnings. */
  locks?: Finding[];
  /** Comments to us that mean nothing: warnings. */
  notes?: Finding[];
  /** Rules that struck and were silenced, by the configuration or by a comment. */
  silenced?: RuleName[];
}

/** What a database's migrations look like. */
export interface HistoryView {
  state?: DatabaseState;
  engine?: string;
  currentRevisions: string[];
  headRevisions: string[];
  /** Revisions in order. */
  pending: string[];
  migrations: MigrationView[];
  problems: Problem[];
  database?: DatabaseIdentity;
  handlerVersion?: string;
}

export interface StatusResult extends TargetSummary, HistoryView {
  command: "status";
  error?: ResultError;
}

export interface StatusAllResult {
  command: "status";
  stages: (StatusResult | StageFailure)[];
}

/** A stage that could not be asked. */
export interface StageFailure {
  command: "status";
  stage: string;
  error: ResultError;
}

/**
 * How a run ended. `planned` is a dry-run's end; `detached` goes on without us. `failed`: a migration failed, or the function died and the database says what
 * stands. `not_started`: refused before anything was executed. `unknown`: could not be learned.
 */
export const runOutcomes = [
  "applied",
  "nothing_to_do",
  "planned",
  "detached",
  "failed",
  "not_started",
  "locked",
  "unknown",
] as const;

export type RunOutcome = (typeof runOutcomes)[number];

/** How we know the outcome: the run's own report, the ledger, a status asked afterwards, or nothing. */
export type Evidence = "report" | "ledger" | "status" | "none";

export interface RunResult extends TargetSummary, HistoryView {
  command: "run";
  dryRun: boolean;
  runId?: string;
  outcome: RunOutcome;
  evidence: Evidence;
  planId?: string;
  /** The plan's revisions in order; a target leaves later ones pending. */
  planned: string[];
  /** Where `--out` wrote the plan. */
  planFile?: string;
  targetRevision?: string;
  /** Revisions that this run applied, in order. */
  applied: string[];
  /** Invocations that it took. */
  parts?: number;
  error?: ResultError;
  logs?: LogLocation;
  /** Milliseconds from the first request to the verdict. */
  durationMs: number;
}

export interface FixHistoryResult extends TargetSummary, HistoryView {
  command: "fix-history";
  runId: string;
  outcome: "repaired" | "nothing_to_do" | "failed" | "not_started" | "locked" | "unknown";
  recorded: string[];
  removed: string[];
  error?: ResultError;
  logs?: LogLocation;
  durationMs: number;
}

/** The ledger, newest first, or one row of it. */
export interface RunsResult extends TargetSummary {
  command: "runs";
  /** The one that was asked for. */
  runId?: string;
  runs: RunRecord[];
}

/** Where the far side's own lines are. */
export interface LogLocation {
  group: string;
  stream?: string;
  requestId?: string;
}

export interface LogsResult extends TargetSummary {
  command: "logs";
  group: string;
  /** Lines printed. */
  lines: number;
}

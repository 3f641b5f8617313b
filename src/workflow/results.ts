import type { SnapshotPolicy } from "../config/target.js";
import type {
  DatabaseIdentity,
  DatabaseState,
  MigrationEntry,
  Problem,
  ReportError,
} from "../contract/report.js";
import type { RuleName } from "../contract/rules.js";
import type { RunRecord } from "../contract/run-record.js";
import type { DatabaseKind, DatabaseRef, Endpoint } from "../remote/databases.js";
import type { LogCount } from "./events.js";
import type { CompletionResult } from "./results/completion.js";
import type { CreateResult } from "./results/create.js";
import type { DeployResult } from "./results/deploy.js";
import type { DoctorResult } from "./results/doctor.js";
import type { InitResult } from "./results/init.js";
import type { LintResult } from "./results/lint.js";
import type { LocalResult } from "./results/local.js";
import type { RunStatsResult } from "./results/run-stats.js";
import type { Finding } from "./review/finding.js";

/**
 * What commands end with. These types are what `--json` prints (camelCase, additions only); the human text is a view of them, and
 * the exit code follows from them (`cli/exit-code.ts`). Beside them `--json` has `exitCode`, and where there are any `warnings` and `links`
 * into the AWS console (`output/console-links.ts`).
 */
export type CommandResult =
  | StatusResult
  | StatusAllResult
  | RunResult
  | FixHistoryResult
  | RunsResult
  | RunStatsResult
  | SnapshotResult
  | LogsResult
  | InitResult
  | DoctorResult
  | DeployResult
  | CreateResult
  | LintResult
  | LocalResult
  | CompletionResult;

/** Which function was asked. */
export interface TargetSummary {
  stage: string;
  function: string;
  region?: string;
  /** Its name: a preset, or what the configuration calls its template. */
  contract: string;
  protected: boolean;
  /** The way back that a run must have. */
  snapshotPolicy?: SnapshotPolicy["kind"];
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

/** Revisions that were written into history, or taken out of it, without being executed. */
export interface HistoryChanges {
  recorded: string[];
  removed: string[];
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
 * stands. `repaired`: nothing was left to apply once history was repaired. `succeeded`: the function says that it is done, and nobody says which migrations that were. `not_started`: refused before anything was executed. `unknown`: could not be learned.
 */
export const runOutcomes = [
  "applied",
  "succeeded",
  "repaired",
  "nothing_to_do",
  "planned",
  "detached",
  "failed",
  "not_started",
  "locked",
  "unknown",
] as const;

export type RunOutcome = (typeof runOutcomes)[number];

/**
 * How we know the outcome: the run's own report, the ledger, a status asked afterwards, rows that a query function read
 * afterwards, or nothing.
 */
export type Evidence = "report" | "ledger" | "status" | "query" | "none";

export interface RunResult extends TargetSummary, HistoryView, HistoryChanges {
  command: "run";
  dryRun: boolean;
  runId?: string;
  outcome: RunOutcome;
  evidence: Evidence;
  planId?: string;
  /** False where nobody knew what would be done: the contract has no dry-run, or history is repaired first. */
  planKnown: boolean;
  /** The plan's revisions in order; a target leaves later ones pending. Where history is repaired first, what is applied at most. */
  planned: string[];
  /** Where `--out` wrote the plan. */
  planFile?: string;
  targetRevision?: string;
  /** Revisions that this run applied, in order. */
  applied: string[];
  /** False where the far side does not tell what it applied: `applied` has what is known of it, perhaps nothing. */
  appliedKnown: boolean;
  /** Invocations that it took. */
  parts?: number;
  error?: ResultError;
  logs?: LogLocation & LogCount;
  /** What stands behind the run, once it was secured. */
  wayBack?: WayBackView;
  /** Milliseconds from the first request to the verdict. */
  durationMs: number;
}

export interface FixHistoryResult extends TargetSummary, HistoryView, HistoryChanges {
  command: "fix-history";
  /** Absent where nothing was sent. */
  runId?: string;
  outcome: "repaired" | "succeeded" | "nothing_to_do" | "failed" | "not_started" | "locked" | "unknown";
  error?: ResultError;
  logs?: LogLocation & LogCount;
  wayBack?: WayBackView;
  durationMs: number;
}

/** How the database can be had back as it was before a run, and what that would lose. */
export interface WayBackView {
  kind: "snapshot" | "pointInTime" | "skipped" | "none";
  /** What is restored: the instance or cluster. */
  database?: DatabaseRef;
  snapshotId?: string;
  /** What the database was at when the snapshot was taken: later migrations are undone too. */
  revision?: string;
  /** ISO 8601, UTC: the moment to which the way back leads. Whatever is written later is lost by it. */
  moment?: string;
  /** How long before the verdict that was. */
  lostSeconds?: number;
  /** Why there is none. */
  reason?: string;
  /** The exact command that restores into a new database. */
  restoreCommand?: string;
  /** What loses less than the snapshot: point-in-time recovery up to the moment just before the run. */
  pointInTime?: { moment: string; restoreCommand: string };
}

/** The ledger, newest first, or one row of it. */
export interface RunsResult extends TargetSummary {
  command: "runs";
  /** The one that was asked for. */
  runId?: string;
  runs: RunRecord[];
}

/** A snapshot as people and programs see it: RDS's own facts, and what our tags add. */
export interface SnapshotView {
  id: string;
  kind: DatabaseKind;
  /** The instance or cluster that it was taken of. */
  database: string;
  /** `creating`, `available`, `failed`, …: RDS's own word. */
  status: string;
  /** 0 to 100. */
  percent: number;
  /** ISO 8601, UTC. Absent until RDS has begun. */
  createdAt?: string;
  /** Storage of the database, GiB. */
  sizeGiB?: number;
  runId?: string;
  /** What the database was at. */
  revision?: string;
  gitCommit?: string;
  requestedBy?: string;
  /** ISO 8601, UTC: `snapshot prune` leaves it alone until then. */
  keepUntil?: string;
}

/** How old it is when it is told of. */
export interface ListedSnapshot extends SnapshotView {
  /** Absent until RDS has begun. */
  ageSeconds?: number;
}

export type SnapshotResult =
  | SnapshotTakenResult
  | SnapshotListResult
  | SnapshotPruneResult
  | SnapshotRestoreResult;

/** `snapshot create` and `snapshot wait`: it is available. */
export interface SnapshotTakenResult extends TargetSummary {
  command: "snapshot";
  action: "create" | "wait";
  snapshot: SnapshotView;
  durationMs: number;
}

/** Ours only, newest first. */
export interface SnapshotListResult extends TargetSummary {
  command: "snapshot";
  action: "list";
  database: DatabaseRef;
  snapshots: ListedSnapshot[];
}

export interface SnapshotPruneResult extends TargetSummary {
  command: "snapshot";
  action: "prune";
  database: DatabaseRef;
  /** What the command line said; without either each snapshot's own keep-until counts. */
  rule: { keep?: number; olderThanSeconds?: number };
  /** Nothing was deleted: `--confirm` was not given. */
  dryRun: boolean;
  deleted: ListedSnapshot[];
  /** Only in a dry run, which deletes none. */
  wouldDelete?: ListedSnapshot[];
  kept: ListedSnapshot[];
  /** What could not be deleted. */
  failed: { snapshot: ListedSnapshot; error: ResultError }[];
}

export interface SnapshotRestoreResult extends TargetSummary {
  command: "snapshot";
  action: "restore";
  /** What it was made from; absent where that was point-in-time recovery. */
  snapshotId?: string;
  /** ISO 8601, UTC: the moment whose data it holds. */
  moment?: string;
  original: DatabaseRef;
  /** The new one. The original was not touched. */
  database: DatabaseRef & { status: string; endpoints: Endpoint[]; databaseName?: string };
  /** What to do so that the new one is used: a sentence and, where there is one, its command. */
  steps: SwitchOverStep[];
  durationMs: number;
}

export interface SwitchOverStep {
  text: string;
  command?: string;
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
  /** Lines that were read and that the filters kept from being printed. */
  heldBack: number;
  /** CloudWatch looked for a text: how many lines are without it nobody knows. */
  searched: boolean;
  /** ISO 8601, UTC. */
  since: string;
  /** The option that looks further back, where that is sensible. */
  furtherBack?: string;
  /** The invocations whose lines were asked for, the first first. */
  requestIds?: string[];
  /** Whether Lambda's own last line of each was seen; only where they were asked for. */
  ended?: boolean;
}

/** The operations a CLI asks of a far side, in the words of DESIGN.md. */
export const operationKinds = [
  "status",
  "dry-run",
  "run",
  "fix-history",
  "fix-history-dry-run",
  "run-result",
  "fence-run",
  "list-runs",
] as const;

export type OperationKind = (typeof operationKinds)[number];

/** One attempt to write, known before anything is sent. */
export interface RunIdentity {
  /** `20261120T104512Z-9f3c1a7e`: UTC second, then 8 random hexadecimal digits. Made by the CLI. */
  runId: string;
  /** One invocation of a run that needs several, from 1. */
  part: number;
  /** The plan, or the repair, that was shown; the far side refuses (`plan_changed`) when its own differs. */
  planId?: string;
  /** Who asked, as `user@host`. For people; proves nothing. */
  requestedBy?: string;
  /** Where the command ran: a CI job's URL, or a folder's git remote. */
  requestedFrom?: string;
  /** The commit that the command was run from. */
  gitCommit?: string;
  /** The snapshot taken before this run. */
  snapshotId?: string;
  /** Why there is none. */
  snapshotSkipped?: string;
}

/** Reads what is applied and what is pending. */
export interface StatusOperation {
  kind: "status";
}

/** Answers the plan with its SQL and executes nothing. */
export interface DryRunOperation {
  kind: "dry-run";
  /** Stop at this revision; without it, the head. */
  targetRevision?: string;
  /** Answer the plan as it will be once history is repaired. */
  fixHistory: boolean;
}

/** Applies the plan. */
export interface RunOperation {
  kind: "run";
  targetRevision?: string;
  /** Repair history first where tables stand without any. */
  fixHistory: boolean;
  run: RunIdentity;
}

/** Repairs history without executing a migration. */
export interface FixHistoryOperation {
  kind: "fix-history";
  /** History shall say exactly this revision. Without it the far side finds out, or refuses; it never guesses. */
  revision?: string;
  run: RunIdentity;
}

/** Answers what fix-history would write into history and take out of it, and changes nothing. */
export interface FixHistoryDryRunOperation {
  kind: "fix-history-dry-run";
  revision?: string;
}

/** Asks the ledger how a run stands. A read: an unknown run is answered without a record. */
export interface RunResultOperation {
  kind: "run-result";
  runId: string;
}

/**
 * Stops a run that has not begun, or that is paused: what comes of it later refuses. It changes the ledger alone, never the
 * database's own tables, and answers what stands in the ledger then. May be repeated.
 */
export interface FenceRunOperation {
  kind: "fence-run";
  runId: string;
  requestedBy?: string;
}

/** The ledger, newest first. */
export interface ListRunsOperation {
  kind: "list-runs";
  /** 1 to 1000. */
  limit: number;
}

export type Operation =
  | StatusOperation
  | DryRunOperation
  | RunOperation
  | FixHistoryOperation
  | FixHistoryDryRunOperation
  | RunResultOperation
  | FenceRunOperation
  | ListRunsOperation;

/** True where an operation changes the database's own tables. Only these carry `confirm: true`, and only these are sent once. */
export function writes(operation: Operation): operation is RunOperation | FixHistoryOperation {
  return operation.kind === "run" || operation.kind === "fix-history";
}

/** The operations a CLI asks of a far side, in the words of DESIGN.md. */
export const operationKinds = ["status", "dry-run", "run", "fix-history"] as const;

export type OperationKind = (typeof operationKinds)[number];

/** One attempt to write, known before anything is sent. */
export interface RunIdentity {
  /** `20261120T104512Z-9f3c1a7e`: UTC second, then 8 random hexadecimal digits. Made by the CLI. */
  runId: string;
  /** One invocation of a run that needs several, from 1. */
  part: number;
  /** The plan that was shown; the far side refuses (`plan_changed`) when its own differs. */
  planId?: string;
  /** Who asked, as `user@host`. For people; proves nothing. */
  requestedBy?: string;
  /** The snapshot taken before this run. */
  snapshotId?: string;
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

export type Operation = StatusOperation | DryRunOperation | RunOperation | FixHistoryOperation;

/** True where an operation changes the database. Only these carry `confirm: true` and a run id. */
export function writes(operation: Operation): operation is RunOperation | FixHistoryOperation {
  return operation.kind === "run" || operation.kind === "fix-history";
}

import type { TargetSummary } from "../results.js";

/** The groups of checks, in the order in which they are read: what comes first explains what comes later. */
export const checkGroups = [
  "machine",
  "configuration",
  "credentials",
  "local",
  "function",
  "network",
  "logs",
  "database",
  "snapshots",
  "notices",
  "handler",
] as const;

export type CheckGroup = (typeof checkGroups)[number];

/**
 * `unknown`: it could not be learned, most often because it may not be read. `skipped`: it was not tried, because an earlier check had
 * already ended it.
 */
export const checkLevels = ["ok", "warning", "failed", "unknown", "skipped"] as const;

export type CheckLevel = (typeof checkLevels)[number];

export interface Check {
  group: CheckGroup;
  /** What was checked, stable and the same whatever came of it: `function_timeout`. */
  code: string;
  level: CheckLevel;
  /** What was seen. */
  message: string;
  /** What to type or to set. */
  fix?: string;
  /** The IAM action that these credentials lack: `lambda:GetFunctionConcurrency`. */
  missingPermission?: string;
}

/** Everything that a migration of one stage needs, looked at without executing or changing anything. */
export interface DoctorResult extends Partial<TargetSummary> {
  command: "doctor";
  /** In the order of the groups. */
  checks: Check[];
  counts: Record<CheckLevel, number>;
}

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

/** Every check by its code, and its group. Codes are stable, and the same whatever came of the check. */
export const groupOfCheck = {
  node_version: "machine",
  proxy: "machine",
  certificates: "machine",
  clock_skew: "machine",
  config: "configuration",
  stage: "configuration",
  config_warning: "configuration",
  region: "configuration",
  credentials: "credentials",
  account: "credentials",
  credentials_expiry: "credentials",
  handler_file: "local",
  python: "local",
  alembic: "local",
  postgres_binaries: "local",
  data_version: "local",
  keeper: "local",
  disk_room: "local",
  local_start: "local",
  function_exists: "function",
  function_state: "function",
  function_update: "function",
  auto_migrate: "function",
  function_timeout: "function",
  function_memory: "function",
  invoke_permission: "function",
  async_retries: "function",
  reserved_concurrency: "function",
  function_vpc: "network",
  function_subnets: "network",
  function_security_groups: "network",
  logging_config: "logs",
  log_group: "logs",
  log_retention: "logs",
  log_lines: "logs",
  connection_source: "database",
  database_reachable: "database",
  database_state: "database",
  rds_database: "database",
  rds_status: "database",
  rds_match: "database",
  backup_retention: "database",
  snapshot_policy: "snapshots",
  snapshot_newest: "snapshots",
  snapshot_quota: "snapshots",
  sns_topic: "notices",
  sns_subscription: "notices",
  alarms: "notices",
  contract_answer: "handler",
  handler_version: "handler",
  handler_operations: "handler",
  /** Stands for all that was left out, and why. */
  remaining_checks: "handler",
} as const satisfies Record<string, CheckGroup>;

export type CheckCode = keyof typeof groupOfCheck;

/**
 * `unknown`: it could not be learned, most often because it may not be read. `skipped`: it was not tried, because an earlier check had
 * already ended it.
 */
export const checkLevels = ["ok", "warning", "failed", "unknown", "skipped"] as const;

export type CheckLevel = (typeof checkLevels)[number];

export interface Check {
  group: CheckGroup;
  code: CheckCode;
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
  /** The command that comes next, where nothing failed. */
  next?: string;
}

/**
 * Error codes that travel on the wire in a report's `error.code`.
 *
 * A code is stable; its message and hint are for people and may change. A code that this version does not know is kept
 * as it came and treated as `internal_error`.
 */
export const errorCodes = [
  "migration_failed",
  "inconsistent_history",
  "history_missing",
  "history_ambiguous",
  "unknown_revision",
  "target_behind_current",
  "unsupported_operation",
  "invalid_event",
  "confirm_required",
  "plan_changed",
  "out_of_order",
  "fenced",
  "already_running",
  "interrupted",
  "locked",
  "database_unreachable",
  "database_authentication_failed",
  "database_not_found",
  "pooled_connection",
  "lock_lost",
  "permission_denied",
  "configuration_error",
  "internal_error",
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** What an error means for the person who asked; the exit code follows from it (`cli/exit-code.ts`). */
export type ErrorCategory = "error" | "usage" | "migration" | "refused" | "locked";

const categories: Record<ErrorCode, ErrorCategory> = {
  migration_failed: "migration",
  inconsistent_history: "migration",
  history_missing: "migration",
  history_ambiguous: "migration",
  unknown_revision: "usage",
  target_behind_current: "usage",
  unsupported_operation: "usage",
  invalid_event: "usage",
  confirm_required: "refused",
  plan_changed: "refused",
  out_of_order: "refused",
  fenced: "error",
  already_running: "error",
  interrupted: "migration",
  locked: "locked",
  database_unreachable: "error",
  database_authentication_failed: "error",
  database_not_found: "error",
  pooled_connection: "error",
  lock_lost: "error",
  permission_denied: "error",
  configuration_error: "error",
  internal_error: "error",
};

export function isErrorCode(code: string): code is ErrorCode {
  return (errorCodes as readonly string[]).includes(code);
}

export function errorCategory(code: string): ErrorCategory {
  return isErrorCode(code) ? categories[code] : "error";
}

import { Failure } from "../contract/failure.js";

/** What kind of failure it was, stable for programs. */
export type RemoteErrorCode =
  | "credentials_missing"
  | "credentials_expired"
  | "credentials_invalid"
  | "mfa_required"
  | "profile_not_found"
  | "region_missing"
  | "access_denied"
  | "function_not_found"
  | "function_not_ready"
  | "function_changed"
  | "package_refused"
  | "database_not_found"
  | "database_exists"
  | "database_not_ready"
  | "database_quota_exceeded"
  | "snapshot_not_found"
  | "snapshot_exists"
  | "snapshot_not_ready"
  | "snapshot_quota_exceeded"
  | "restore_impossible"
  | "key_inaccessible"
  | "throttled"
  | "payload_too_large"
  | "network"
  | "proxy_invalid"
  | "certificates_unreadable"
  | "service_error"
  | "other";

/** What a person mends in the configuration or on the command line. */
const usage: ReadonlySet<RemoteErrorCode> = new Set([
  "certificates_unreadable",
  "profile_not_found",
  "proxy_invalid",
  "region_missing",
]);

/** A failure on the way to AWS or in it, told for people. Holds no secret; what was thrown underneath is its `cause`. */
export class RemoteError extends Failure {
  override readonly name = "RemoteError";
  declare readonly code: RemoteErrorCode;
  declare readonly hint: string;

  constructor(told: { code: RemoteErrorCode; message: string; hint: string; cause?: unknown }) {
    super(told.code, told.message, {
      hint: told.hint,
      cause: told.cause,
      category: usage.has(told.code) ? "usage" : "error",
    });
  }
}

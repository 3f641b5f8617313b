/** What kind of failure it was, stable for programs. */
export type RemoteErrorCode =
  | "credentials-missing"
  | "credentials-expired"
  | "credentials-invalid"
  | "mfa-required"
  | "profile-not-found"
  | "region-missing"
  | "access-denied"
  | "function-not-found"
  | "function-not-ready"
  | "throttled"
  | "payload-too-large"
  | "network"
  | "proxy-invalid"
  | "certificates-unreadable"
  | "service-error"
  | "other";

/** A failure on the way to AWS or in it, told for people. Holds no secret; what was thrown underneath is its `cause`. */
export class RemoteError extends Error {
  readonly code: RemoteErrorCode;
  /** What to do next. */
  readonly hint: string;

  constructor(told: { code: RemoteErrorCode; message: string; hint: string; cause?: unknown }) {
    super(told.message, told.cause === undefined ? undefined : { cause: told.cause });
    this.name = "RemoteError";
    this.code = told.code;
    this.hint = told.hint;
  }
}

import { neverReached } from "./network.js";
import { RemoteError } from "./remote-error.js";
import { readThrown } from "./thrown.js";

/** What a failed invoke proves: that the function executed nothing, and whether sending again may help. */
export interface NotExecuted {
  again: boolean;
}

/**
 * Undefined wherever the function may have executed: an answer that did not come, or came torn, or a 5xx. Defined where the request
 * provably never reached Lambda, or where Lambda turned it away before running it.
 */
export function notExecuted(error: unknown): NotExecuted | undefined {
  const cause = error instanceof RemoteError ? error.cause : error;
  const { name, status, attempts } = readThrown(cause);
  // Of several attempts only the last is known.
  if (attempts > 1) return undefined;
  if (neverReached(error)) return { again: error instanceof RemoteError && error.code === "network" };
  if (status === 429) return { again: true };
  if (status >= 400 && status < 500) return { again: notReady.has(name) };
  if (notReady.has(name)) return { again: true };
  return notPrepared.has(name) ? { again: false } : undefined;
}

/** Lambda's own names for a function that cannot be started at the moment. */
const notReady = new Set([
  "EC2ThrottledException",
  "ResourceConflictException",
  "ResourceNotReadyException",
  "SnapStartNotReadyException",
]);

/** Lambda's own names for what keeps an environment from being made; a person has to mend it. */
const notPrepared = new Set([
  "EC2AccessDeniedException",
  "EC2UnexpectedException",
  "ENILimitReachedException",
  "InvalidSecurityGroupIDException",
  "InvalidSubnetIDException",
  "InvalidZipFileException",
  "KMSAccessDeniedException",
  "KMSDisabledException",
  "KMSInvalidStateException",
  "KMSNotFoundException",
  "SubnetIPAddressLimitReachedException",
]);

import type { DatabaseRef, SnapshotRef } from "./databases.js";
import type { RemoteErrorCode } from "./remote-error.js";

/** What was being done, for the words of an error. */
export interface ErrorContext {
  /** The operation as AWS's policies name it: `lambda:InvokeFunction`, `rds:CreateDBSnapshot`. */
  operation: string;
  functionName?: string | undefined;
  /** Where the configuration names the function, if not under `function`. */
  setting?: "queryFunction" | undefined;
  /** Of a call to RDS. */
  about?: DatabaseSubject | undefined;
  region?: string | undefined;
  profile?: string | undefined;
  endpoint?: string | undefined;
}

/** What is said of a failure before it becomes an error. */
export interface Explanation {
  code: RemoteErrorCode;
  message: string;
  hint: string;
}

/** What a call to RDS was about, as far as it named anything. */
export interface DatabaseSubject {
  database?: DatabaseRef;
  snapshot?: SnapshotRef;
  /** What was to be made. */
  made?: DatabaseRef;
}

/** What an error says of a request that did nothing, and which command tells what stands now. */
export function wordsFor({ operation }: ErrorContext): { nothing: string; see: string } {
  const undone = deployments[operation];
  if (undone !== undefined) return { nothing: undone, see: "`migrate-remote deploy --dry-run`" };
  return operation.startsWith("rds:")
    ? { nothing: "Nothing was changed.", see: "`migrate-remote snapshot list`" }
    : { nothing: "Nothing was executed.", see: "`migrate-remote status`" };
}

/** Whether a request that arrived can have changed nothing. An invocation is whatever its event makes of it. */
export function isRead(operation: string): boolean {
  return /:(Describe|Get|List|Filter)/.test(operation);
}

/** The operations that bring new code into service, and what did not happen where one is refused. */
const deployments: Record<string, string> = {
  "lambda:UpdateFunctionCode": "Nothing was deployed.",
  "lambda:PublishVersion": "No version was published.",
  "lambda:UpdateAlias": "The alias was not moved.",
};

export function isDeployment(operation: string): boolean {
  return Object.hasOwn(deployments, operation);
}

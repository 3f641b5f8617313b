import type { RemoteErrorCode } from "./remote-error.js";

/** What was being done, for the words of an error. */
export interface ErrorContext {
  /** AWS's name of the operation: Invoke, GetFunction, FilterLogEvents. */
  operation: string;
  functionName?: string | undefined;
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

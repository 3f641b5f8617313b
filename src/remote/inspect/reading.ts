import { type ErrorContext, explainAwsError } from "../errors.js";
import type { RemoteErrorCode } from "../remote-error.js";
import { readThrown } from "../thrown.js";

/** What was read, or why it could not be. */
export type Reading<T> = { known: true; value: T } | Unread;

export interface Unread {
  known: false;
  code: RemoteErrorCode;
  /** What AWS's policies call the request: `lambda:GetFunctionConfiguration`. */
  action: string;
  message: string;
  hint: string;
}

export function known<T>(value: T): Reading<T> {
  return { known: true, value };
}

export type ReadingContext = Omit<ErrorContext, "operation">;

/** Never rejects. `action`: what the request needs to be allowed; AWS's own word for it comes first where it says one. */
export async function reading<T>(
  action: string,
  work: () => Promise<T>,
  about: ReadingContext = {},
): Promise<Reading<T>> {
  try {
    return known(await work());
  } catch (error) {
    const { code, message, hint, cause } = explainAwsError(error, { operation: action, ...about });
    if (isLate(cause)) return late(action);
    const said = /not authorized to perform: ([\w:*-]+)/.exec(readThrown(cause).message)?.[1];
    return { known: false, code, action: said ?? action, message, hint };
  }
}

/** Whoever asked gave it only so long. */
function isLate(cause: unknown): boolean {
  const { name, code } = readThrown(cause);
  return name === "AbortError" || (name === "TimeoutError" && code === "");
}

function late(action: string): Unread {
  return {
    known: false,
    code: "network",
    action,
    message: `${action} was not answered in time.`,
    hint: "Try again; behind a VPN or proxy see whether the service can be reached.",
  };
}

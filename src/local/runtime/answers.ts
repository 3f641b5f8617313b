import * as z from "zod";
import { largestAnswer } from "./api.js";

/** How an invocation ended: what the caller gets, and whether Lambda calls it a function error. */
export interface Answer {
  payload: Buffer;
  failed: boolean;
  /** For the REPORT line, when Lambda and not the handler ended it: "timeout", or the type of the error. */
  status: string | undefined;
}

function failure(errorType: string, errorMessage: string, status: string): Answer {
  return { payload: Buffer.from(JSON.stringify({ errorType, errorMessage })), failed: true, status };
}

export function timedOut(requestId: string, seconds: number): Answer {
  const text = `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`;
  return failure("Sandbox.Timedout", text, "timeout");
}

export function exited(requestId: string, reason: string): Answer {
  return failure("Runtime.ExitError", `RequestId: ${requestId} Error: ${reason}`, "Runtime.ExitError");
}

export function oversized(): Answer {
  const type = "Function.ResponseSizeTooLarge";
  return failure(
    type,
    `Response payload size exceeded maximum allowed payload size (${largestAnswer} bytes).`,
    type,
  );
}

const initErrorSchema = z.object({ errorType: z.string() });

export function failedInit(payload: Buffer): Answer {
  return { payload, failed: true, status: errorTypeOf(payload) };
}

function errorTypeOf(payload: Buffer): string {
  try {
    return initErrorSchema.parse(JSON.parse(payload.toString())).errorType;
  } catch {
    return "Runtime.Unknown";
  }
}

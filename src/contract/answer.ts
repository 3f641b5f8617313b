import * as z from "zod";
import { parseJson } from "./json.js";
import { once } from "./once.js";
import { excerpt, message, redact } from "./redact.js";
import { unwrap } from "./unwrap.js";

/** What Lambda gave back for one invocation. */
export interface Answer {
  /** The payload as text; empty where the function answered nothing. */
  payload: string;
  /** `X-Amz-Function-Error`: set when the function failed although Lambda said 200. */
  functionError?: string;
}

/** The function itself failed: it threw, crashed, timed out or answered too much. */
export interface FunctionFailure {
  kind: "function-error";
  /** Lambda's errorType, such as `Runtime.ExitError` or the name of the thrown error. */
  type: string;
  message: string;
  trace: string[];
  /** Lambda stopped it at its time limit: what it had begun may still be going on in the database. */
  timedOut: boolean;
}

export interface UnexpectedAnswer {
  kind: "unexpected";
  /** Why it does not fit. */
  reason: string;
  /** The answer, redacted and cut. */
  excerpt: string;
}

/** What the function said, out of all that it was wrapped in. */
export interface Said {
  kind: "said";
  /** JSON, or a text that is none; undefined where the function answered nothing at all. */
  value: unknown;
  /** Of the `{statusCode, body}` around it, where there is one; the worst of several. */
  statusCode?: number;
  /** What stood beside each body. */
  around: Record<string, unknown>[];
}

const functionError = once(() =>
  z.object({
    errorType: z.string().optional(),
    errorMessage: z.string().optional(),
    trace: z.array(z.string()).optional(),
    stackTrace: z.array(z.string()).optional(),
  }),
);

/** Takes an answer apart as far as every contract has it in common. Never throws. */
export function readAnswer(answer: Answer): Said | FunctionFailure | UnexpectedAnswer {
  const parsed = parseJson(answer.payload);
  if (answer.functionError !== undefined) return readFunctionError(answer, parsed.ok ? parsed.value : null);
  if (answer.payload === "") return { kind: "said", value: undefined, around: [] };
  if (!parsed.ok) return unexpected("it is not JSON", answer.payload);
  const unwrapped = unwrap(parsed.value);
  return "wrong" in unwrapped ? unexpected(unwrapped.wrong, answer.payload) : { kind: "said", ...unwrapped };
}

function readFunctionError(answer: Answer, value: unknown): FunctionFailure {
  const fields = functionError().safeParse(value);
  const error = fields.success ? fields.data : {};
  const type = error.errorType ?? answer.functionError ?? "Unhandled";
  return {
    kind: "function-error",
    type: excerpt(type, 200),
    message: message(error.errorMessage ?? excerpt(answer.payload)),
    trace: (error.trace ?? error.stackTrace ?? []).slice(0, 50).map((line) => redact(line).slice(0, 1000)),
    timedOut: type === "Sandbox.Timedout" || /Task timed out after \d/.test(error.errorMessage ?? ""),
  };
}

export function unexpected(reason: string, payload: string): UnexpectedAnswer {
  return { kind: "unexpected", reason, excerpt: payload === "" ? "(nothing)" : excerpt(payload) };
}

import * as z from "zod";
import { excerpt, redact } from "./redact.js";

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

export interface JsonAnswer {
  kind: "json";
  value: unknown;
  /** From a `{statusCode, body}` wrapping, where there was one. */
  statusCode?: number;
}

const functionError = z.object({
  errorType: z.string().optional(),
  errorMessage: z.string().optional(),
  trace: z.array(z.string()).optional(),
  stackTrace: z.array(z.string()).optional(),
});

/** Takes an answer apart as far as every contract has it in common. Never throws. */
export function readAnswer(answer: Answer): JsonAnswer | FunctionFailure | UnexpectedAnswer {
  const parsed = parseJson(answer.payload);
  if (answer.functionError !== undefined) return readFunctionError(answer, parsed.ok ? parsed.value : null);
  if (!parsed.ok) return unexpected("it is not JSON", answer.payload);
  return unwrap(parsed.value, answer.payload);
}

function readFunctionError(answer: Answer, value: unknown): FunctionFailure {
  const fields = functionError.safeParse(value);
  const error = fields.success ? fields.data : {};
  const message = error.errorMessage ?? excerpt(answer.payload);
  const type = error.errorType ?? answer.functionError ?? "Unhandled";
  return {
    kind: "function-error",
    type: excerpt(type, 200),
    message: redact(message).slice(0, 4000),
    trace: (error.trace ?? error.stackTrace ?? []).slice(0, 50).map((line) => redact(line).slice(0, 1000)),
    timedOut: type === "Sandbox.Timedout" || /Task timed out after \d/.test(message),
  };
}

/** API Gateway's `{statusCode, body}`, the body as JSON text (perhaps base64) or as a plain object. */
function unwrap(value: unknown, payload: string): JsonAnswer | UnexpectedAnswer {
  if (!isObject(value) || !("statusCode" in value) || !("body" in value)) return { kind: "json", value };
  const statusCode = Number(value.statusCode);
  if (!Number.isInteger(statusCode)) return unexpected("its statusCode is not a number", payload);
  if (typeof value.body !== "string") return { kind: "json", value: value.body, statusCode };
  const text =
    value.isBase64Encoded === true ? Buffer.from(value.body, "base64").toString("utf8") : value.body;
  const body = parseJson(text);
  if (body.ok) return { kind: "json", value: body.value, statusCode };
  return unexpected(`it has status ${statusCode} and a body that is not JSON`, text);
}

export function unexpected(reason: string, payload: string): UnexpectedAnswer {
  return { kind: "unexpected", reason, excerpt: payload === "" ? "(nothing)" : excerpt(payload) };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseJson(text: string): { ok: true; value: unknown } | { ok: false } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false };
  }
}

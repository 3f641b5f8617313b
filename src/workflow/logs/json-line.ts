import { isObject } from "../../contract/json.js";
import type { LogLine } from "../events.js";
import { errorText, withError } from "./error-fields.js";
import { extraText } from "./extra.js";
import { levelOf } from "./level.js";

/**
 * A line of JSON that the function wrote: our handlers' own, a logger's, or Lambda's JSON format around either, which puts an object
 * that was printed as text into its `message`.
 */
export function jsonLine(fields: Record<string, unknown>): Partial<LogLine> {
  const inner = innerObject(fields.message);
  const all = inner === undefined ? fields : { ...fields, ...inner };
  const requestId = all.request_id ?? all.requestId ?? all.AWSRequestId;
  const runId = all.run_id;
  const failure = errorText(all);
  const message = said(all.message ?? all.msg, failure);
  // The object that is its own message shows them already.
  const extra = message === undefined ? undefined : extraText(inner ?? all);
  const level =
    (inner === undefined ? undefined : levelOf(inner)) ??
    levelOf(fields) ??
    (failure === undefined ? undefined : "error");
  const line: Partial<LogLine> = { fields: all };
  if (level !== undefined) line.level = level;
  if (message !== undefined) line.message = message;
  if (extra !== undefined) line.extra = extra;
  if (typeof requestId === "string") line.requestId = requestId;
  if (typeof runId === "string") line.runId = runId;
  if (all._aws !== undefined && (all.event === "metrics" || message === undefined)) line.metrics = true;
  return line;
}

/** Where neither says anything the object itself is the message. */
function said(text: unknown, failure: string | undefined): string | undefined {
  const message = typeof text === "string" && text !== "" ? text : undefined;
  return failure === undefined ? message : withError(message, failure);
}

function innerObject(message: unknown): Record<string, unknown> | undefined {
  if (isObject(message)) return message;
  if (typeof message !== "string" || !message.startsWith("{")) return undefined;
  try {
    const value: unknown = JSON.parse(message);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

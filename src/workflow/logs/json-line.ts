import { isObject } from "../../contract/answer.js";
import type { LogLine } from "../events.js";
import { levelOf } from "./level.js";

/**
 * A line of JSON that the function wrote: our handlers' own, a logger's, or Lambda's JSON format around either, which puts an object
 * that was printed as text into its `message`.
 */
export function jsonLine(fields: Record<string, unknown>): Partial<LogLine> {
  const inner = innerObject(fields.message);
  const all = inner === undefined ? fields : { ...fields, ...inner };
  const text = all.message ?? all.msg;
  const requestId = all.request_id ?? all.requestId ?? all.AWSRequestId;
  const runId = all.run_id;
  const failure = errorText(all);
  const level =
    (inner === undefined ? undefined : levelOf(inner)) ??
    levelOf(fields) ??
    (failure === undefined ? undefined : "error");
  return {
    ...(level === undefined ? {} : { level }),
    ...messageOf(text, failure),
    ...(typeof requestId === "string" ? { requestId } : {}),
    ...(typeof runId === "string" ? { runId } : {}),
    fields: all,
  };
}

/** Where neither says anything the object itself is the message. */
function messageOf(text: unknown, failure: string | undefined): { message?: string } {
  const said = typeof text === "string" && text !== "" ? text : undefined;
  if (failure === undefined) return said === undefined ? {} : { message: said };
  return { message: said === undefined || failure.startsWith(said) ? failure : `${said}\n${failure}` };
}

/** The error that Lambda's JSON format tells beside the message, with its stack. */
function errorText({ errorType, errorMessage, stackTrace }: Record<string, unknown>): string | undefined {
  if (typeof errorMessage !== "string") return undefined;
  const headline = typeof errorType === "string" ? `${errorType}: ${errorMessage}` : errorMessage;
  const stack = Array.isArray(stackTrace) ? stackTrace.filter((line) => typeof line === "string") : [];
  const rest = stack.filter((line) => line !== headline && line !== errorMessage);
  return [headline, ...rest.map((line) => line.replace(/\n$/, ""))].join("\n");
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

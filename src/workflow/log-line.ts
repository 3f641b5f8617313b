import { isObject } from "../contract/answer.js";
import { redact } from "../contract/redact.js";
import type { LogEvent } from "../remote/far-side.js";
import type { LogLevel, LogLine } from "./events.js";

/** Takes a log event apart: Lambda's own lines, JSON lines (ours, or Lambda's JSON format), and plain text. Never throws. */
export function parseLogLine(event: LogEvent): LogLine {
  const message = redact(event.message.replace(/\r?\n$/, ""));
  const line = {
    time: new Date(event.timestamp).toISOString(),
    stream: event.stream,
  };
  const platform = /^(START|END|REPORT) RequestId: ([0-9a-f-]{36})/.exec(message);
  if (/^INIT_(START|REPORT) /.test(message)) return { ...line, level: "info", message, platform: "init" };
  if (platform !== null) {
    return {
      ...line,
      level: "info",
      message,
      requestId: platform[2] ?? "",
      platform: platformKinds[platform[1] ?? ""] ?? "end",
    };
  }
  return { ...line, ...parseJsonLine(message) };
}

const platformKinds: Record<string, "start" | "end" | "report"> = {
  START: "start",
  END: "end",
  REPORT: "report",
};

function parseJsonLine(
  message: string,
): Pick<LogLine, "level" | "message" | "requestId" | "runId" | "fields"> {
  const thrown = thrownError(message);
  if (thrown !== undefined) return { level: "error", message: thrown };
  const fields = message.startsWith("{") ? parseObject(message) : undefined;
  if (fields === undefined)
    return {
      level: levelOf(/\b(TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL|CRITICAL)\b/.exec(message)?.[1]),
      message,
    };
  const text = fields.message ?? fields.msg;
  const requestId = fields.request_id ?? fields.requestId;
  return {
    level: levelOf(fields.level),
    message: typeof text === "string" ? text : message,
    ...(typeof requestId === "string" ? { requestId } : {}),
    ...(typeof fields.run_id === "string" ? { runId: fields.run_id } : {}),
    fields,
  };
}

/** `… ERROR Invoke Error {"errorType":…,"errorMessage":…,"stack":[…]}`: the stack is in the log itself for whoever needs it. */
function thrownError(message: string): string | undefined {
  const json =
    /\b(?:Invoke|Uncaught Exception|Unhandled Promise Rejection) ?(?:Error)?\s*\t?(\{"errorType".*\})\s*$/s.exec(
      message,
    )?.[1];
  const error = json === undefined ? undefined : parseObject(json);
  if (typeof error?.errorMessage !== "string") return undefined;
  return `${typeof error.errorType === "string" ? error.errorType : "Error"}: ${error.errorMessage}`;
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function levelOf(name: unknown): LogLevel {
  const upper = typeof name === "string" ? name.toUpperCase() : "";
  if (["ERROR", "FATAL", "CRITICAL"].includes(upper)) return "error";
  if (["WARN", "WARNING"].includes(upper)) return "warn";
  if (["DEBUG", "TRACE"].includes(upper)) return "debug";
  return "info";
}

import { isObject } from "../../contract/json.js";
import { redact } from "../../contract/redact.js";
import type { LogEvent } from "../../remote/far-side.js";
import type { LogLine } from "../events.js";
import { jsonLine } from "./json-line.js";
import { levelIn } from "./level.js";
import { platformObject, platformText } from "./platform.js";

/**
 * Takes a log event apart: Lambda's own lines and what the function wrote, each in the text and in the JSON format. Secrets are masked
 * before anything else is done with it. Never throws.
 */
export function parseLogLine(event: LogEvent): LogLine {
  const message = redact(withoutLineEnd(event.message));
  const { timestamp, stream } = event;
  const told = parts(message);
  // Lambda's Node.js runtime writes a carriage return for each line break inside a message.
  if (told === undefined) return { timestamp, level: levelIn(message), message: lines(message), stream };
  return { timestamp, level: "info", message, stream, ...told };
}

/** The message as it came, secrets masked, with what is known of it. What writes its line breaks as carriage returns is read so. */
export function rawLogLine(event: LogEvent): LogLine {
  const { extra: _shownAnyway, ...line } = parseLogLine(event);
  return { ...line, message: redact(lines(withoutLineEnd(event.message))) };
}

export function parseLines(
  events: readonly LogEvent[],
  parse: typeof parseLogLine,
  late: ReadonlySet<LogEvent> = new Set(),
): LogLine[] {
  return events.map((event) => {
    const line = parse(event);
    if (late.size > 0 && late.has(event)) line.late = true;
    return line;
  });
}

/** What a line says beyond its text; undefined for a plain one, as nearly all are. */
function parts(message: string): Partial<LogLine> | undefined {
  switch (message[0]) {
    case "{": {
      const value = parseObject(message);
      return value === undefined ? { level: levelIn(message) } : (platformObject(value) ?? jsonLine(value));
    }
    case "S":
    case "E":
    case "R":
    case "I":
      return platformText(message) ?? prefixed(message);
    case "[":
    case "2":
      return prefixed(message);
    default:
      return undefined;
  }
}

/** `2026-11-20T10:00:00.000Z\t<request id>\tINFO\tmessage`, as Lambda's Node.js runtime prefixes what is written to the console. */
const nodePrefix = /^2\d{3}-\d\d-\d\dT[\d:.]{8,12}Z\t([0-9a-f-]{36}|undefined)\t([A-Z]{4,5})\t/;
/** `[INFO]\t2026-11-20T10:00:00.000Z\t<request id>\tmessage`, as its Python runtime does. */
const pythonPrefix = /^\[([A-Z]{4,8})\]\t\d{4}-\d\d-\d\dT[\d:.]{8,12}Z\t([0-9a-f-]{36})?\t/;
/** `2026-11-20T10:00:00.000Z <request id> Task timed out after 3.00 seconds`, Lambda's own words in the text format. */
const lambdaPrefix =
  /^(?:2\d{3}-\d\d-\d\dT[\d:.]{8,12}Z (?=.{36} Task timed out )|RequestId: )([0-9a-f-]{36}) /;

function prefixed(message: string): Partial<LogLine> | undefined {
  const node = nodePrefix.exec(message);
  if (node !== null) {
    const id = node[1] === "undefined" ? {} : requestIdOf(node[1]);
    return { level: levelIn(node[2] ?? ""), ...id, ...written(message.slice(node[0].length)) };
  }
  const python = pythonPrefix.exec(message);
  if (python !== null) {
    const id = requestIdOf(python[2]);
    return { level: levelIn(python[1] ?? ""), ...id, ...written(message.slice(python[0].length)) };
  }
  const lambda = lambdaPrefix.exec(message);
  if (lambda === null) return undefined;
  return { level: "error", ...requestIdOf(lambda[1]), message: message.slice(lambda[0].length) };
}

/** What a program gave its console: perhaps a JSON object, perhaps an error that nobody caught. */
function written(text: string): Partial<LogLine> {
  const thrown = thrownError(text);
  if (thrown !== undefined) return { level: "error", message: thrown };
  const value = text.startsWith("{") ? parseObject(text) : undefined;
  return value === undefined ? { message: lines(text) } : jsonLine(value);
}

/** `Invoke Error \t{"errorType":…,"errorMessage":…,"stack":[…]}`: the stack is in the log itself for whoever needs it. */
function thrownError(text: string): string | undefined {
  const json =
    /^(?:Invoke|Uncaught Exception|Unhandled Promise Rejection) ?(?:Error)?\s*\t?(\{"errorType".*\})\s*$/s.exec(
      text,
    )?.[1];
  const error = json === undefined ? undefined : parseObject(json);
  if (typeof error?.errorMessage !== "string") return undefined;
  return `${typeof error.errorType === "string" ? error.errorType : "Error"}: ${error.errorMessage}`;
}

function requestIdOf(requestId: string | undefined): { requestId?: string } {
  return requestId === undefined ? {} : { requestId };
}

function lines(text: string): string {
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

/** Lambda ends some of its own lines twice. */
function withoutLineEnd(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === "\n" || text[end - 1] === "\r")) end -= 1;
  return end === text.length ? text : text.slice(0, end);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

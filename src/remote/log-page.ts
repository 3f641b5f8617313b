import type { LogEvent, LogPage } from "./far-side.js";

/** A page from the JSON of a FilterLogEvents answer; undefined where it is no JSON. */
export function parseLogPage(body: Buffer): LogPage | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
  return readLogPage(parsed);
}

/** What a far side of another make leaves out, or writes as something else, is empty here. */
export function readLogPage(answer: unknown): LogPage {
  const { events, nextToken } = asRecord(answer);
  const page: LogPage = { events: Array.isArray(events) ? events.map(readEvent) : [] };
  if (typeof nextToken === "string" && nextToken !== "") page.nextToken = nextToken;
  return page;
}

function readEvent(value: unknown): LogEvent {
  const event = asRecord(value);
  const timestamp = asTime(event.timestamp, 0);
  const stream = asText(event.logStreamName);
  const message = asText(event.message);
  return {
    id: asText(event.eventId) || `${stream}:${timestamp}:${message}`,
    stream,
    timestamp,
    ingestionTime: asTime(event.ingestionTime, timestamp),
    message,
  };
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** What a `Date` can hold: anything else would throw where it is shown. */
function asTime(value: unknown, otherwise: number): number {
  return typeof value === "number" && Math.abs(value) <= 8.64e15 ? value : otherwise;
}

import { isAscii } from "node:buffer";
import type { LogEvent, LogPage } from "./far-side.js";
import { RemoteError } from "./remote-error.js";
import { type KnownTexts, knownTexts, sameText } from "./same-text.js";

/**
 * A page from the body of a FilterLogEvents answer; undefined where that is not what it looks like.
 *
 * Events are made when they are asked for. As bytes a page that waits for its turn is a third as large, and events that are made and
 * used a few at a time cost half as much as a page of them that outlives the collector's first rounds.
 */
export function parseLogPage(
  body: Buffer,
  batchBytes = 32 * 1024,
  release: (body: Buffer) => void = () => {},
): LogPage | undefined {
  if (body[0] !== openingBrace || body.at(-1) !== closingBrace) return undefined;
  const nextToken = findToken(body);
  if (nextToken === unclear) return readLogPage(parse(body));
  let held: Buffer | undefined = body;
  let events: LogEvent[] | undefined;
  function* batches(): Generator<LogEvent[], void> {
    if (events !== undefined) return yield events;
    if (held === undefined) throw new Error("The events of a page can be taken in batches once.");
    const bytes = held;
    held = undefined;
    yield* batchesIn(bytes, nextToken as string | undefined, batchBytes);
    release(bytes);
  }
  return {
    size: body.length,
    ...(nextToken === undefined ? {} : { nextToken }),
    batches,
    get events() {
      events ??= [...batches()].flat();
      return events;
    },
  };
}

const list = '"events":[';
const between = '},{"';

/**
 * Cuts the body between two events and reads the pieces one by one. What looks like such a place may as well be the end of a message,
 * or lie in another list: then a piece is no JSON, and the body is read as a whole.
 */
function* batchesIn(
  body: Buffer,
  nextToken: string | undefined,
  batchBytes: number,
): Generator<LogEvent[], void> {
  let from = body.indexOf(list) + list.length;
  const head = body.toString("utf8", 0, from);
  const streams = knownTexts();
  let given = 0;
  while (from >= list.length) {
    const cut = body.indexOf(between, from + batchBytes);
    const piece = textOf(body.subarray(from, cut === -1 ? body.length : cut + 1));
    const read = tryParse(cut === -1 ? head + piece : `[${piece}]`);
    if (read === undefined) break;
    const events = cut === -1 ? lastEvents(read, nextToken, streams) : readEvents(read, streams);
    if (events.length > 0) yield events;
    if (cut === -1) return;
    given += events.length;
    from = cut + 2;
  }
  yield lastEvents(parse(body), nextToken).slice(given);
}

/** Both were read from the same bytes: the tokens cannot differ, and if they did, lines would be lost without a word. */
function lastEvents(answer: unknown, nextToken: string | undefined, streams = knownTexts()): LogEvent[] {
  const page = readLogPage(answer, streams);
  if (page.nextToken !== nextToken) throw unreadable();
  return page.events;
}

const openingBrace = 0x7b;
const closingBrace = 0x7d;
const key = '"nextToken"';
const unclear = Symbol();
/** Not without either: then it could be the end of another list. */
const usualTail =
  /^\}\](?=,)(?:,"searchedLogStreams":\[\])?(?:,"nextToken":"([!#-[\]-~]+)")?(?:,"searchedLogStreams":\[\])?\}$/;

/**
 * The token beside the events, without reading those. Inside of a JSON string each quotation mark has a backslash before it, so these
 * bytes with a colon behind them are a key.
 */
function findToken(body: Buffer): string | undefined | typeof unclear {
  // As AWS writes it: nothing before the events, and nothing but this behind them.
  const end = body.lastIndexOf("}]");
  const usual = end === -1 || body.indexOf(list) !== 1 ? null : usualTail.exec(body.toString("latin1", end));
  if (usual !== null) return usual[1];
  const at = body.lastIndexOf(key);
  if (at === -1) return undefined;
  const rest = body.toString("latin1", at + key.length, at + key.length + longestToken);
  const value = /^\s*:\s*(?:(null)|"([!#-[\]-~]*)")\s*[,}]/.exec(rest);
  if (value === null || body.indexOf(key) !== at) return unclear;
  return value[2] === "" ? undefined : value[2];
}

const longestToken = 8_192;

function parse(body: Buffer): unknown {
  const parsed = tryParse(body.toString("utf8"));
  if (parsed === undefined) throw unreadable();
  return parsed;
}

/** Most logs are ASCII, which is copied rather than decoded. */
function textOf(bytes: Buffer): string {
  return bytes.toString(isAscii(bytes) ? "latin1" : "utf8");
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function unreadable(): RemoteError {
  return new RemoteError({
    code: "other",
    message: "What answered logs:FilterLogEvents does not speak the protocol of AWS.",
    hint: "Check `endpoint` in the configuration, and any proxy in between.",
  });
}

/** What a far side of another make leaves out, or writes as something else, is empty here. */
export function readLogPage(answer: unknown, streams = knownTexts()): LogPage {
  const { events, nextToken } = asRecord(answer);
  return {
    events: readEvents(events, streams),
    ...(typeof nextToken === "string" && nextToken !== "" ? { nextToken } : {}),
  };
}

function readEvents(events: unknown, streams: KnownTexts): LogEvent[] {
  return Array.isArray(events) ? events.map((event) => readEvent(event, streams)) : [];
}

function readEvent(value: unknown, streams: KnownTexts): LogEvent {
  const event = asRecord(value);
  const timestamp = asTime(event.timestamp, 0);
  const stream = sameText(streams, asText(event.logStreamName));
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
  return typeof value === "number" && Number.isInteger(value) && Math.abs(value) <= 8.64e15
    ? value
    : otherwise;
}

import { Failure } from "../../contract/failure.js";
import type { LogEvent } from "../../remote/far-side.js";
import type { LogLine } from "../events.js";
import type { StageContext } from "../stage-context.js";
import { timeOfRun } from "../time-of-run.js";
import { parseLines, parseLogLine } from "./line.js";
import { type OwnLines, ownLines } from "./own-lines.js";
import { logsRange } from "./range.js";
import { quotedPattern } from "./select.js";

/** Which invocation is meant. */
export type Sought = { runId: string } | { requestId: string } | { last: true };

export interface Found {
  requestIds: string[];
  streams: string[];
  /** When the first of them was first heard of. */
  since: number;
  /** When they were last heard of. */
  until: number;
}

/** Milliseconds since the epoch. */
export interface Span {
  since: number;
  until: number;
}

/** Clocks differ, and a run id counts in seconds. */
const clockSpreadMs = 2_000;
/** A cold start, and a queue before it, lie between a run id and its first line. */
const startSpreadMs = 60_000;

/** Finds invocations by what their lines say, reading only lines that say it. Undefined: none yet. */
export async function findInvocations(
  context: StageContext,
  group: string,
  sought: Sought,
  span: Span,
): Promise<Found | undefined> {
  const search = { context, group };
  if ("requestId" in sought) {
    const own = ownLines({ requestIds: new Set([sought.requestId]) });
    return gather(await readLines(search, quotedPattern(sought.requestId), span), own);
  }
  if ("last" in sought) return findLast(search, span);
  const began = timeOfRun(sought.runId).getTime();
  const since = Math.max(span.since, began - clockSpreadMs);
  if (context.codec.tracksRuns) {
    const own = ownLines({ runId: sought.runId, tracksRuns: true });
    return gather(await readLines(search, quotedPattern(sought.runId), { ...span, since }), own);
  }
  const until = Math.min(span.until, began + startSpreadMs);
  return onlyStart(await readLines(search, startPattern, { since, until }), sought.runId, context);
}

/** Lines by which an invocation gives its id away: Lambda's START line, and lines of JSON. */
const startPattern = '?"START RequestId: " ?requestId ?request_id';

/** Back in ever longer steps: most often the last invocation was just now. */
const stepsMs = [900_000, 6 * 3_600_000, 86_400_000, 7 * 86_400_000];

async function findLast(search: Search, { since, until }: Span): Promise<Found | undefined> {
  let end = until;
  for (const step of [...stepsMs, Number.POSITIVE_INFINITY]) {
    const begin = Math.max(since, until - step);
    if (begin > end) return undefined;
    const lines = await readLines(search, startPattern, { since: begin, until: end });
    // System logs may be off: then the last one that was heard of.
    const named = lines.filter(({ requestId }) => requestId !== undefined);
    const last = named.findLast(({ platform }) => platform === "start") ?? named.at(-1);
    if (last?.requestId !== undefined)
      return gather(lines, ownLines({ requestIds: new Set([last.requestId]) }));
    if (begin <= since) return undefined;
    end = begin;
  }
  return undefined;
}

/** Without our handler nothing but time tells: the one invocation that began after the run did. */
function onlyStart(lines: LogLine[], runId: string, { target }: StageContext): Found | undefined {
  const starts = lines.filter(({ platform }) => platform === "start");
  // Where system logs are off whatever was written then may be it.
  const signs = starts.length > 0 ? starts : lines;
  const ids = [...new Set(signs.flatMap(({ requestId }) => requestId ?? []))];
  const [first, second] = ids;
  if (first === undefined) return undefined;
  if (second === undefined) return gather(lines, ownLines({ requestIds: new Set([first]) }));
  throw new Failure(
    "logs_ambiguous",
    `${ids.length} invocations began in the minute after run ${runId}, and their lines do not say which of them it is: ${ids.join(", ")}.`,
    { hint: `Look at one: migrate-remote logs --stage ${target.stage} --request-id ${first}` },
  );
}

function gather(lines: LogLine[], own: OwnLines): Found | undefined {
  const ours = lines.flatMap(own.take);
  const times = ours.map(({ time }) => Date.parse(time));
  const requestIds = [...new Set(ours.flatMap(({ requestId }) => requestId ?? []))];
  if (requestIds.length === 0) return undefined;
  return {
    requestIds,
    streams: [...new Set(ours.map(({ stream }) => stream))],
    since: times.reduce((a, b) => Math.min(a, b)),
    until: times.reduce((a, b) => Math.max(a, b)),
  };
}

interface Search {
  context: StageContext;
  group: string;
}

async function readLines({ context, group }: Search, filterPattern: string, span: Span): Promise<LogLine[]> {
  const { farSide, signal, emit } = context;
  const events: LogEvent[] = [];
  for await (const batch of logsRange(farSide, { group, ...span, filterPattern, signal, emit }))
    for (const event of batch) events.push(event);
  return parseLines(events, parseLogLine);
}

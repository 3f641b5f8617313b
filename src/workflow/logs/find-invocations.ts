import { Failure } from "../../contract/failure.js";
import type { LogEvent } from "../../remote/far-side.js";
import type { LogLine } from "../events.js";
import type { StageContext } from "../stage-context.js";
import { timeOfRun } from "../time-of-run.js";
import { findLast, type Last, type Span } from "./find-last.js";
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
  /** Only of the last one. */
  last?: Pick<Last, "operation" | "onlyReads">;
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
  if ("last" in sought) return findLastIn(search, span);
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

async function findLastIn(search: Search, span: Span): Promise<Found | undefined> {
  const last = await findLast((part) => readLines(search, startPattern, part), span);
  if (last === undefined) return undefined;
  const { lines, requestId, ...told } = last;
  const found = gather(lines, ownLines({ requestIds: new Set([requestId]) }));
  return found === undefined ? undefined : { ...found, last: told };
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
  const times = ours.map(({ timestamp }) => timestamp);
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
  for await (const page of logsRange(farSide, { group, ...span, filterPattern, signal, emit }))
    for (const batch of page) events.push(...batch);
  return parseLines(events, parseLogLine);
}

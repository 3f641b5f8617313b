import type { LogEvent } from "../../remote/far-side.js";
import type { LogLine } from "../events.js";
import type { LogsResult } from "../results.js";
import { type StageContext, targetSummary } from "../stage-context.js";
import { attributeLines } from "./attribute.js";
import { isMissingGroup } from "./fault.js";
import { findLogGroup, missingGroup } from "./find-group.js";
import type { Sought } from "./find-invocations.js";
import { wordsOfLast } from "./find-last.js";
import { followLogs } from "./follow.js";
import { furtherBack } from "./further-back.js";
import { parseLines, parseLogLine, rawLogLine } from "./line.js";
import { inPages } from "./pages.js";
import { logsRange } from "./range.js";
import { findOwn, followInvocations, readInvocations } from "./read-invocations.js";
import { quotedPattern, type Selection, selectLines } from "./select.js";
import { joinTraces } from "./traces.js";

export interface LogsRequest extends Selection {
  follow: boolean;
  /** Milliseconds since the epoch. */
  since: number;
  until?: number;
  /** Absent: whatever the function writes. */
  sought?: Sought;
  /** Messages as they came, one line an event. */
  raw: boolean;
}

/** Prints some lines; resolves when there is room for more, with whether any of them says something to who reads. */
export type PrintLines = (lines: readonly LogLine[]) => Promise<boolean>;

/** The far side's lines of a span or of an invocation, and as they come with `follow`. */
export async function readLogs(
  context: StageContext,
  request: LogsRequest,
  print: PrintLines,
): Promise<LogsResult> {
  const found = await findLogGroup(context);
  try {
    return await readGroup(context, found.group, request, print);
  } catch (error) {
    throw isMissingGroup(error) ? missingGroup(context, found, error) : error;
  }
}

async function readGroup(
  context: StageContext,
  group: string,
  request: LogsRequest,
  print: PrintLines,
): Promise<LogsResult> {
  const { sought, follow, since, text } = request;
  const further = furtherBack(since, context.now());
  const result = {
    command: "logs" as const,
    ...targetSummary(context),
    group,
    since: new Date(since).toISOString(),
    ...(further === undefined ? {} : { furtherBack: further }),
  };
  if (sought === undefined) {
    const say = follow ? following(context, `Following ${group}; Ctrl-C ends`) : undefined;
    const attribute = attributeLines();
    const shown = showLines(request, andThen(print, say), (lines) => lines.map(attribute));
    await readStage(context, group, request, shown.take);
    return { ...result, ...shown.counts(), searched: text !== undefined };
  }
  const { found, own } = await findOwn(context, group, sought, request);
  if ("last" in sought) context.emit({ type: "note", message: wordsOfLast(found) });
  const what =
    follow && `Following ${"runId" in sought ? `run ${sought.runId}` : "the invocation"} to its end`;
  const say = what === false ? undefined : following(context, `${what}; Ctrl-C leaves it`);
  const shown = showLines(request, andThen(print, say), (lines) => lines.flatMap(own.take));
  const read = follow ? followInvocations : readInvocations;
  await read(context, group, found, { take: shown.take, ended: own.ended });
  const { requestIds } = found;
  return { ...result, ...shown.counts(), searched: false, requestIds, ended: own.ended() };
}

/** Says that it is followed, now and whenever the returned function is called: lines take the words from the screen. */
function following({ emit }: StageContext, message: string): () => void {
  const say = () => emit({ type: "following", message });
  say();
  return say;
}

function andThen(print: PrintLines, say: (() => void) | undefined): PrintLines {
  if (say === undefined) return print;
  return async (lines) => {
    const printed = await print(lines);
    say();
    return printed;
  };
}

export type Take = (events: readonly LogEvent[], late?: ReadonlySet<LogEvent>) => Promise<void>;

/** parse → join → pick → select → print, a batch at a time. */
function showLines(
  { raw, ...selection }: LogsRequest,
  print: PrintLines,
  pick: (lines: LogLine[]) => LogLine[],
): { take: Take; counts: () => Pick<LogsResult, "lines" | "heldBack"> } {
  const parse = raw ? rawLogLine : parseLogLine;
  const join = raw ? undefined : joinTraces();
  // Where a whole stage is read CloudWatch has done this already.
  const { text, ...others } = selection;
  const isShown = selectLines(selection.sought === undefined ? others : { ...others, ...textOf(text) });
  let shown = 0;
  let heldBack = 0;
  return {
    counts: () => ({ lines: shown, heldBack }),
    take: async (events, late) => {
      const parsed = parseLines(events, parse, late);
      const joined = join === undefined ? parsed : join(parsed);
      const picked = pick(joined);
      const lines = picked.filter(isShown);
      heldBack += picked.length - lines.length;
      if (lines.length > 0 && (await print(lines))) shown += lines.length;
    },
  };
}

function textOf(text: string | undefined): { text?: string } {
  return text === undefined ? {} : { text };
}

async function readStage(
  context: StageContext,
  group: string,
  { follow, since, until, text }: LogsRequest,
  take: Take,
): Promise<void> {
  const { farSide, signal, emit, now } = context;
  const where = {
    group,
    since,
    signal,
    emit,
    ...(text === undefined ? {} : { filterPattern: quotedPattern(text) }),
  };
  if (!follow) {
    for await (const page of logsRange(farSide, { ...where, until: until ?? now().getTime() }))
      for (const events of page) await take(events);
    return;
  }
  await followLogs(farSide, { ...where, ...inPages(take), patience: "passing", done: () => false });
}

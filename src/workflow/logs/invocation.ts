import type { LogEvent } from "../../remote/far-side.js";
import { delay } from "../delay.js";
import type { LogCount, LogLine } from "../events.js";
import type { LogLocation } from "../results.js";
import type { FunctionFacts, StageContext } from "../stage-context.js";
import { followLogs } from "./follow.js";
import { parseLines, parseLogLine } from "./line.js";
import { ownLines } from "./own-lines.js";
import { inPages } from "./pages.js";
import { checkTail } from "./tail.js";
import { joinTraces } from "./traces.js";

/** How long lines are still waited for once the answer is here: CloudWatch shows them seconds late, and system logs may be off. */
const quietSpellMs = 3_000;
/** Clocks differ, and the first line may carry a time from before ours. */
const clockSpreadMs = 2_000;

export interface Followed<T> {
  result: T;
  logs: LogLocation & LogCount;
}

/**
 * Shows one run's log lines for as long as `work` takes and until Lambda's last line of it, or a quiet spell after the answer. Logs are not
 * the truth of a run: without them it goes on. `work` is given the context to work with, so that the answers' own ends of the log are seen.
 */
export async function followRun<T>(
  context: StageContext,
  run: { runId: string; since: number },
  facts: FunctionFacts,
  work: (context: StageContext) => Promise<T>,
): Promise<Followed<T>> {
  const shown = showRun(context, run.runId);
  const answered = new AbortController();
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const following = followLogs(context.farSide, {
    group: facts.logGroup,
    since: run.since - clockSpreadMs,
    patience: "all",
    busy: true,
    hurry: answered.signal,
    emit: context.emit,
    ...inPages(shown.take),
    done: () => answered.signal.aborted && shown.isComplete(),
    signal,
  });
  try {
    const result = await work({ ...context, onInvoked: shown.invoked });
    answered.abort();
    await Promise.race([following, delay(quietSpellMs, signal)]);
    stop.abort();
    await following;
    const count = shown.end();
    context.emit({ type: "log-end", ...count });
    return { result, logs: { group: facts.logGroup, ...shown.newest(), ...count } };
  } finally {
    stop.abort();
    await following;
  }
}

function showRun(context: StageContext, runId: string) {
  const { codec, reads } = context;
  const own = ownLines({ runId, tracksRuns: codec.tracksRuns, strangers: reads });
  const join = joinTraces();
  const tail = checkTail();
  const count = { lines: 0, late: 0 };
  let warned = false;

  function show(line: LogLine): void {
    tail.saw(line);
    // START and END are told by REPORT, metrics are CloudWatch's.
    if (!line.metrics && (line.platform === undefined || line.platform === "report")) {
      count.lines += 1;
      if (line.late) count.late += 1;
    }
    context.emit({ type: "log", line });
    emitProgress(context, line);
  }

  return {
    newest: own.newest,
    isComplete: () => own.ended() && tail.missing().length === 0,
    take: async (events: readonly LogEvent[], late?: ReadonlySet<LogEvent>) => {
      for (const line of join(parseLines(events, parseLogLine, late)).flatMap(own.take)) show(line);
      if (!own.ambiguous() || warned) return;
      warned = true;
      context.emit({ type: "warning", code: "logs_ambiguous", message: ambiguous });
    },
    invoked: ({ requestId, logTail }: { requestId: string | undefined; logTail: string | undefined }) => {
      if (requestId !== undefined) for (const line of own.settle(requestId)) show(line);
      if (logTail !== undefined) tail.told(logTail);
    },
    /** What CloudWatch has not shown by now is shown from the answer. */
    end: (): LogCount => {
      const missing = tail.missing();
      const { stream = "" } = own.newest();
      const timestamp = context.now().getTime();
      for (const line of missing)
        context.emit({ type: "log", line: { ...line, stream, timestamp, late: true } });
      return { ...count, missing: missing.length, ended: own.ended() };
    },
  };
}

const ambiguous =
  "Another invocation of the function began at the same time. Its lines do not say which run they belong to: those shown may be its.";

function emitProgress({ emit }: StageContext, line: LogLine): void {
  const { event, revision, index, total } = line.fields ?? {};
  if (event !== "migration_started" || typeof revision !== "string") return;
  if (typeof index !== "number" || typeof total !== "number") return;
  emit({ type: "progress", revision, index, total });
}

import type { LogLine } from "./events.js";
import { parseLogLine } from "./log-line.js";
import { followLogs } from "./logs/follow.js";
import { ownLines } from "./own-lines.js";
import type { LogLocation } from "./results.js";
import type { FunctionFacts, StageContext } from "./stage-context.js";

/** How long the REPORT line is waited for once the outcome is here: CloudWatch shows lines seconds late. */
const reportSpellMs = 3_000;
/** Clocks differ, and the first line may carry a time from before ours. */
const clockSpreadMs = 2_000;

export interface Followed<T> {
  result: T;
  logs: LogLocation;
}

/** Shows one run's log lines for as long as `work` takes. Logs are not the truth of a run: without them it goes on. */
export async function followRun<T>(
  context: StageContext,
  run: { runId: string; since: number },
  facts: FunctionFacts,
  work: () => Promise<T>,
): Promise<Followed<T>> {
  const { farSide, codec, emit, signal } = context;
  const own = ownLines(run.runId, codec.tracksRuns);
  const stop = new AbortController();
  const answered = new AbortController();
  let endedAt: number | undefined;
  const following = followLogs(farSide, {
    group: facts.logGroup,
    since: run.since - clockSpreadMs,
    patience: "all",
    busy: true,
    hurry: answered.signal,
    emit,
    onEvent: (event) => {
      for (const line of own.take(parseLogLine(event))) emitLine(context, line);
    },
    done: () => endedAt !== undefined && (own.ended() || Date.now() - endedAt > reportSpellMs),
    signal: AbortSignal.any([signal, stop.signal]),
  });
  try {
    const result = await work();
    endedAt = Date.now();
    answered.abort();
    await following;
    return { result, logs: { group: facts.logGroup, ...own.newest() } };
  } finally {
    stop.abort();
    await following;
  }
}

function emitLine({ emit }: StageContext, line: LogLine): void {
  emit({ type: "log", line });
  const { event, revision, index, total } = line.fields ?? {};
  if (event !== "migration_started" || typeof revision !== "string") return;
  if (typeof index !== "number" || typeof total !== "number") return;
  emit({ type: "progress", revision, index, total });
}

import type { FixHistoryOperation, RunOperation } from "../contract/operations.js";
import { type Asked, ask } from "./ask.js";
import type { LogLine } from "./events.js";
import { followLogs } from "./follow-logs.js";
import { parseLogLine } from "./log-line.js";
import type { LogLocation } from "./results.js";
import type { FunctionFacts, StageContext } from "./stage-context.js";

export interface Followed {
  /** Absent when the answer was lost; then `lost` says how. */
  asked?: Asked;
  lost?: unknown;
  logs: LogLocation;
}

/** How long the REPORT line is waited for once the answer is here: CloudWatch shows lines seconds late. */
const reportSpellMs = 3_000;

/** Invokes once, and shows that invocation's log lines meanwhile. A lost answer is data: the caller finds out what is true. */
export async function invokeAndFollow(
  context: StageContext,
  operation: RunOperation | FixHistoryOperation,
  facts: FunctionFacts,
): Promise<Followed> {
  const { farSide, codec, emit, signal } = context;
  const own = ownLines(operation.run.runId, codec.tracksRuns);
  let answeredAt: number | undefined;
  const stop = new AbortController();
  const following = followLogs(farSide, {
    group: facts.logGroup,
    since: context.now().getTime() - 2_000,
    // Logs are not the truth of a run: without them it goes on.
    patience: "wait",
    onWait: (message) => emit({ type: "waiting", message }),
    onEvent: (event) => {
      for (const line of own.take(parseLogLine(event))) emitLine(context, line);
    },
    done: () => answeredAt !== undefined && (own.ended() || Date.now() - answeredAt > reportSpellMs),
    signal: AbortSignal.any([signal, stop.signal]),
  });
  emit({ type: "started", runId: operation.run.runId });
  const result: { asked?: Asked; lost?: unknown } = await ask(farSide, codec, operation, {
    timeoutMs: facts.answerTimeoutMs,
    signal,
  }).then(
    (asked) => ({ asked }),
    (lost: unknown) => ({ lost }),
  );
  answeredAt = Date.now();
  if (result.lost !== undefined) stop.abort();
  await following;
  const requestId = result.asked?.invocation.requestId;
  return {
    ...result,
    logs: {
      group: facts.logGroup,
      ...own.location(),
      ...(requestId === undefined ? {} : { requestId }),
    },
  };
}

function emitLine({ emit }: StageContext, line: LogLine): void {
  emit({ type: "log", line });
  const { event, revision, index, total } = line.fields ?? {};
  if (event !== "migration_started" || typeof revision !== "string") return;
  if (typeof index !== "number" || typeof total !== "number") return;
  emit({ type: "progress", revision, index, total });
}

/**
 * Picks this run's lines out of the group. Our handlers put the run id on their first line, which gives the stream and the request
 * id; lines that came before it in that stream are held until then. Other functions have only Lambda's START line: the first one
 * after the invoke is taken for ours.
 */
function ownLines(runId: string, tracksRuns: boolean) {
  let stream: string | undefined;
  let requestId: string | undefined;
  let ended = false;
  let held: LogLine[] = [];

  function isOwn(line: LogLine): boolean {
    if (stream === undefined || line.stream !== stream) return false;
    return line.requestId === undefined || requestId === undefined || line.requestId === requestId;
  }

  function take(line: LogLine): LogLine[] {
    if (ended) return [];
    if (stream === undefined && (tracksRuns ? line.runId === runId : line.platform === "start")) {
      stream = line.stream;
      requestId = line.requestId;
    }
    if (stream === undefined) {
      held.push(line);
      return [];
    }
    const own = [...held, line].filter(isOwn);
    held = [];
    // A warm environment's stream has earlier invocations in it: ours begins at its START line.
    const start = own.findLastIndex(({ platform }) => platform === "start");
    if (own.some(({ platform }) => platform === "report")) ended = true;
    return start > 0 ? own.slice(start) : own;
  }

  return { take, ended: () => ended, location: () => (stream === undefined ? {} : { stream }) };
}

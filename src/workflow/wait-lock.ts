import type { LockHolder } from "../contract/report.js";
import { ask, hasStatus } from "./ask.js";
import { delay } from "./delay.js";
import type { ResultError } from "./results.js";
import { runAtWork } from "./run-at-work.js";
import type { FunctionFacts, StageContext } from "./stage-context.js";

const firstPollMs = 2_000;
const longestPollMs = 10_000;

export interface LockWait {
  facts: FunctionFacts;
  /** Milliseconds since the epoch. */
  until: number;
  /** Of which it was asked for. */
  patienceMs: number;
}

/**
 * Waits until nobody is at work in the database, as far as a read tells: trying the run itself again and again would leave a run id, a
 * line in everybody's log and a note on this machine each time. Says whom it waits for.
 */
export async function waitForLock(
  context: StageContext,
  error: ResultError | undefined,
  { facts, until, patienceMs }: LockWait,
): Promise<void> {
  const { now, signal, emit } = context;
  emit({ type: "waiting", message: waitingFor(error?.lock, patienceMs) });
  let pollMs = firstPollMs;
  for (;;) {
    await delay(Math.max(0, Math.min(pollMs, until - now().getTime())), signal);
    signal.throwIfAborted();
    if (now().getTime() >= until || !(await isAtWork(context, facts))) return;
    pollMs = Math.min(pollMs * 1.5, longestPollMs);
  }
}

function waitingFor({ runId, requestedBy, since }: LockHolder = {}, patienceMs: number): string {
  const who =
    runId === undefined
      ? "another session"
      : `run ${runId}${requestedBy === undefined ? "" : ` by ${requestedBy}`}`;
  return `Waiting for the lock that ${who} holds${since === undefined ? "" : ` since ${since}`}, at most ${Math.ceil(patienceMs / 1000)} s in all`;
}

/** Who cannot be asked may be free: the run finds out. */
async function isAtWork(context: StageContext, facts: FunctionFacts): Promise<boolean> {
  if (!hasStatus(context)) return false;
  try {
    const { outcome } = await ask(context, { kind: "status" }, facts.answerTimeoutMs);
    return outcome.kind === "report" && runAtWork(outcome.report.problems) !== undefined;
  } catch {
    context.signal.throwIfAborted();
    return false;
  }
}

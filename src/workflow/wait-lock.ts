import { ask, hasStatus } from "./ask.js";
import { delay } from "./delay.js";
import type { FunctionFacts, StageContext } from "./stage-context.js";

const firstPollMs = 2_000;
const longestPollMs = 10_000;

/**
 * Waits until nobody is at work in the database, as far as a read tells: trying the run itself again and again would leave a run id, a
 * line in everybody's log and a note on this machine each time. Returns at `until` (milliseconds since the epoch) at the latest.
 */
export async function whileAtWork(context: StageContext, facts: FunctionFacts, until: number): Promise<void> {
  const { now, signal } = context;
  let pollMs = firstPollMs;
  for (;;) {
    await delay(Math.max(0, Math.min(pollMs, until - now().getTime())), signal);
    signal.throwIfAborted();
    if (now().getTime() >= until || !(await isAtWork(context, facts))) return;
    pollMs = Math.min(pollMs * 1.5, longestPollMs);
  }
}

/** Who cannot be asked may be free: the run finds out. */
async function isAtWork(context: StageContext, facts: FunctionFacts): Promise<boolean> {
  if (!hasStatus(context)) return false;
  try {
    const { outcome } = await ask(context, { kind: "status" }, facts.answerTimeoutMs);
    return outcome.kind === "report" && outcome.report.problems.some(({ code }) => code === "run_at_work");
  } catch {
    context.signal.throwIfAborted();
    return false;
  }
}

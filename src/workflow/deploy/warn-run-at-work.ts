import { hasStatus } from "../ask.js";
import { statusReport } from "../execute-and-judge.js";
import { runAtWork } from "../run-at-work.js";
import type { StageContext } from "../stage-context.js";

/** Code that is broken, which may be why it is replaced, shall not hold its replacement up for long. */
const answerTimeoutMs = 30_000;

/** Lambda lets what runs end with the code it began with. Whether something runs is asked where that only reads. */
export async function warnRunAtWork(context: StageContext): Promise<void> {
  const { codec, emit, target } = context;
  if (!codec.tracksRuns || !hasStatus(context)) return;
  emit({ type: "waiting", message: `Asking ${target.functionName} whether a run is at work, at most 30 s` });
  const facts = { configuration: undefined, logGroup: "", answerTimeoutMs };
  const report = await statusReport(context, facts);
  const atWork = runAtWork(report?.problems ?? []);
  if (atWork === undefined) return;
  emit({
    type: "warning",
    code: "run_at_work",
    message: `${atWork.message} Lambda lets it end with the code it began with; where it needs a further part, that part has the new code and stops if the plan is another one.`,
    hint: `Follow it: migrate-remote runs --stage ${target.stage}`,
  });
}

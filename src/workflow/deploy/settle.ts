import { Failure } from "../../contract/failure.js";
import type { CodeState } from "../../remote/deployed-code.js";
import { delay } from "../delay.js";
import type { StageContext } from "../stage-context.js";

const pollMs = 1_000;
/** A container for new code takes seconds, network interfaces of a VPC a minute or two. */
const patienceMs = 300_000;

/** Waits until Lambda has finished whatever it does with the function (`$LATEST`, or the version named). How that ended is the caller's matter. */
export async function settled(context: StageContext, version?: string): Promise<CodeState> {
  const { code, target, emit, signal, now } = context;
  const subject =
    version === undefined ? target.functionName : `Version ${version} of ${target.functionName}`;
  const deadline = now().getTime() + patienceMs;
  for (;;) {
    const state = await code.read(version);
    const busy = inProgress(state);
    if (busy === undefined) return state;
    if (now().getTime() >= deadline) throw stillBusy(`${subject} ${busy}`, context);
    emit({ type: "waiting", message: `${subject} ${busy}; waiting, at most 5 min` });
    await delay(pollMs, signal);
    signal.throwIfAborted();
  }
}

function inProgress({ lastUpdate, state }: CodeState): string | undefined {
  if (lastUpdate === "InProgress") return "is being updated";
  return state === "Pending" ? "is being set up" : undefined;
}

function stillBusy(what: string, { target }: StageContext): Failure {
  return new Failure("function_not_ready", `${what} for five minutes now, and Lambda goes on.`, {
    category: "error",
    hint: `See why: aws lambda get-function-configuration --function-name ${target.functionName}\nDeploying again later is safe: migrate-remote deploy --stage ${target.stage}`,
  });
}

/** The update that was sent has to end well. */
export function expectSuccessful(
  { lastUpdate, lastUpdateReason, state, stateReason }: CodeState,
  { target }: StageContext,
): void {
  if (lastUpdate !== "Failed" && state !== "Failed") return;
  const reason = lastUpdateReason ?? stateReason ?? "it gave no reason";
  throw new Failure(
    "update_failed",
    `Lambda took the new code of ${target.functionName} and could not put it into service: ${reason.replace(/\.$/, "")}. What it invokes until that is mended may be the old code.`,
    {
      category: "error",
      hint: `Mend what it names, then deploy again: migrate-remote deploy --stage ${target.stage}`,
    },
  );
}

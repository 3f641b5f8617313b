import { Failure } from "../contract/failure.js";
import type { FunctionConfiguration } from "../remote/far-side.js";
import { delay } from "./delay.js";
import type { StageContext } from "./stage-context.js";

const pollMs = 2_000;
/** A deployment, or the network interfaces of a function that was long unused, take a minute or two. */
const patienceMs = 300_000;

/** Waits for an update or a creation in progress: what is invoked in between may be the old code, or fail. */
export async function readyConfiguration(context: StageContext): Promise<FunctionConfiguration> {
  const { farSide, target, emit, signal, now } = context;
  const deadline = now().getTime() + patienceMs;
  for (;;) {
    const configuration = await farSide.configuration();
    const busy = inProgress(configuration);
    if (busy === undefined) return configuration;
    if (now().getTime() >= deadline) {
      throw new Failure(
        "function_not_ready",
        `${target.functionName} ${busy} for five minutes now. Nothing was sent.`,
        {
          category: "error",
          hint: `See why: aws lambda get-function-configuration --function-name ${target.functionName}`,
        },
      );
    }
    emit({ type: "waiting", message: `${target.functionName} ${busy}; waiting, at most 5 min` });
    await delay(pollMs, signal);
    signal.throwIfAborted();
  }
}

/** An `Inactive` function is woken by whatever invokes it: the first read does, and is tried again until it is there. */
function inProgress({ state, stateReason, updateInProgress }: FunctionConfiguration): string | undefined {
  if (updateInProgress) return "is being updated";
  if (state === "Pending") return "is being set up";
  if (state !== "Failed") return undefined;
  throw new Failure(
    "function_not_ready",
    `The function is in state Failed: ${stateReason ?? "no reason given"}. Nothing was sent.`,
    {
      category: "error",
      hint: "Deploy it again.",
    },
  );
}

/** Tries a read again while Lambda wakes the function. */
export async function whenAwake<T>(context: StageContext, read: () => Promise<T>): Promise<T> {
  const deadline = context.now().getTime() + patienceMs;
  for (;;) {
    try {
      return await read();
    } catch (error) {
      const waking = error instanceof Failure && error.code === "function_not_ready";
      if (!waking || context.now().getTime() >= deadline) throw error;
      context.emit({ type: "waiting", message: "Lambda is waking the function; waiting, at most 5 min" });
      await delay(pollMs, context.signal);
      context.signal.throwIfAborted();
    }
  }
}

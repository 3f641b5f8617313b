import type { Operation } from "../contract/operations.js";
import type { Invocation } from "../remote/far-side.js";
import { ledgerWords, type Permit } from "./permit.js";
import { whenAwake } from "./readiness.js";
import type { StageContext } from "./stage-context.js";

export type WritingOperation = Extract<Operation, { kind: "run" | "fix-history" }>;
export type ReadingOperation = Exclude<Operation, WritingOperation>;

/** A read may be sent again, and waits for a function that is being woken. */
export async function invokeToRead(
  context: StageContext,
  operation: ReadingOperation,
  timeoutMs: number,
): Promise<Invocation> {
  const { farSide, codec, signal, reads } = context;
  const { payload, ...addressed } = codec.encode(operation);
  const invocation = await whenAwake(context, () =>
    farSide.invoke(payload, { attempts: "retry", timeoutMs, signal, ...addressed }),
  );
  if (invocation.requestId !== undefined) reads.add(invocation.requestId);
  return invocation;
}

/** The one place from which anything that writes is sent: once, and with a permit. `event`: it is handed to Lambda, nobody waits. */
export async function invokeToWrite(
  { farSide, codec, signal, target, onInvoked }: StageContext,
  permit: Permit,
  operation: WritingOperation,
  { timeoutMs, type = "answer" }: { timeoutMs: number; type?: "answer" | "event" },
): Promise<Invocation> {
  if (permit.stage !== target.stage) throw new Error(`a permit for stage ${permit.stage} on ${target.stage}`);
  const recorded = { ...operation, run: { ...operation.run, ...ledgerWords(permit) } };
  const { payload, ...addressed } = codec.encode(recorded);
  const options = { attempts: "once", type, timeoutMs, signal, ...addressed } as const;
  const invocation = await farSide.invoke(payload, options);
  onInvoked?.(invocation);
  return invocation;
}

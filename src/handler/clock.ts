import { parseDuration } from "./duration.js";
import type { HandlerOptions, LambdaContext } from "./types.js";

/** What this invocation may take. All in milliseconds; 0 is no limit. */
export interface Clock {
  connectTimeout: number;
  lockTimeout: number;
  /** Time until Lambda stops the function, Infinity where it does not. */
  remaining(): number;
  /** How much of it there has to be left for one more migration. */
  stopBefore: number;
  /** Time until statements have to end, Infinity where the function has no limit. */
  left(): number;
  /** Time until the answer has to be on its way: what is kept for reading what stands. */
  rest(): number;
  /** For a read's statement. */
  readTimeout(): number;
  /** For a migration's statement: what was asked for, but never beyond the function's own end. */
  migrationTimeout(): number;
}

const longestRead = 60_000;

export function startClock(options: HandlerOptions, context: LambdaContext): Clock {
  const asked = parseDuration("statementTimeout", options.statementTimeout ?? 0);
  const margin = parseDuration("stopBefore", options.stopBefore ?? "10s");
  const atStart = remaining(context);
  // A function that may run for three seconds cannot keep ten of them.
  const stopBefore = Math.min(margin, atStart / 2);
  const kept = stopBefore / 2;
  const left = () => Math.max(0, remaining(context) - kept);
  const rest = () => Math.max(0, remaining(context) - kept / 4);
  const within = (limit: number, time = left()) => Math.max(1, Math.floor(Math.min(limit, time)));
  return {
    connectTimeout: within(parseDuration("connectTimeout", options.connectTimeout ?? "10s") || longestRead),
    lockTimeout: parseDuration("lockTimeout", options.lockTimeout ?? 0),
    remaining: () => remaining(context),
    stopBefore,
    left,
    rest,
    readTimeout: () => within(longestRead, rest()),
    migrationTimeout: () => {
      const limit = within(asked === 0 ? Number.POSITIVE_INFINITY : asked);
      return Number.isFinite(limit) ? limit : 0;
    },
  };
}

function remaining(context: LambdaContext): number {
  return context.getRemainingTimeInMillis?.() ?? Number.POSITIVE_INFINITY;
}

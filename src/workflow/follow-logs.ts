import type { FarSide, LogEvent } from "../remote/far-side.js";
import { delay } from "./delay.js";

export interface FollowOptions {
  group: string;
  /** Milliseconds since the epoch. */
  since: number;
  filterPattern?: string;
  onEvent: (event: LogEvent) => void;
  /** Told once when the group does not exist yet, and for each fault that is waited out. */
  onWait: (message: string) => void;
  /** Asked after each sweep; true ends the following. */
  done: () => boolean;
  signal: AbortSignal;
  /** Whether a fault is waited out, or ends the following. */
  patience: "wait" | "fail";
  pollMs?: number;
}

/** CloudWatch makes events visible out of order: the cursor stays this far behind the newest. */
const overlapMs = 10_000;
const slowestPollMs = 4_000;

/** Follows a log group until `done` or abort. */
export async function followLogs(farSide: FarSide, options: FollowOptions): Promise<void> {
  const { signal, pollMs = 500 } = options;
  const seen = new Map<string, number>();
  let cursor = options.since;
  let newest = options.since;
  let pause = pollMs;
  let lastFault = "";
  while (!signal.aborted) {
    try {
      const fresh = await sweep(farSide, options, cursor, seen);
      for (const event of fresh) newest = Math.max(newest, event.timestamp);
      cursor = Math.max(options.since, newest - overlapMs);
      for (const [id, timestamp] of seen) if (timestamp < cursor) seen.delete(id);
      pause = fresh.length > 0 ? pollMs : Math.min(pause * 1.5, slowestPollMs);
      lastFault = "";
    } catch (error) {
      if (signal.aborted) return;
      if (options.patience === "fail") throw error;
      const fault = waitingFor(error, options.group);
      if (fault !== lastFault) options.onWait(fault);
      lastFault = fault;
      pause = Math.min(pause * 2, slowestPollMs);
    }
    if (options.done()) return;
    await delay(pause, signal);
  }
}

async function sweep(farSide: FarSide, options: FollowOptions, startTime: number, seen: Map<string, number>) {
  const fresh: LogEvent[] = [];
  let nextToken: string | undefined;
  do {
    const page = await farSide.logEvents({
      group: options.group,
      startTime,
      signal: options.signal,
      ...(options.filterPattern === undefined ? {} : { filterPattern: options.filterPattern }),
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    for (const event of page.events) {
      if (seen.has(event.id)) continue;
      seen.set(event.id, event.timestamp);
      fresh.push(event);
    }
    // A token that repeats would never end.
    nextToken = page.nextToken === nextToken ? undefined : page.nextToken;
  } while (nextToken !== undefined && !options.signal.aborted);
  fresh.sort((a, b) => a.timestamp - b.timestamp || a.ingestionTime - b.ingestionTime);
  for (const event of fresh) options.onEvent(event);
  return fresh;
}

function waitingFor(error: unknown, group: string): string {
  const name = error instanceof Error ? ((error.cause as Error | undefined)?.name ?? error.name) : "";
  if (name === "ResourceNotFoundException") return `Log group ${group} does not exist yet; waiting for it.`;
  return `Logs cannot be read at the moment (${error instanceof Error ? error.message : String(error)}); trying again.`;
}

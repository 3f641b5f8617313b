import type { FarSide, LogEvent } from "../../remote/far-side.js";
import { delay } from "../delay.js";
import type { Emit } from "../events.js";

export interface FollowOptions {
  group: string;
  /** Milliseconds since the epoch. */
  since: number;
  filterPattern?: string;
  streams?: string[];
  onEvent: (event: LogEvent, told: { late: boolean }) => void | Promise<void>;
  emit: Emit;
  done: (state: { caughtUp: boolean }) => boolean;
  signal: AbortSignal;
  patience: "none" | "passing" | "all";
  busy?: true;
  hurry?: AbortSignal;
}

/** CloudWatch makes events visible out of order: the cursor stays this far behind the newest. */
const overlapMs = 10_000;
const slowestPollMs = 4_000;
const pollMs = 500;

/** Stand-in until the real one is merged. */
export async function followLogs(farSide: FarSide, options: FollowOptions): Promise<void> {
  const { signal } = options;
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
      pause = fresh.length > 0 || options.busy ? pollMs : Math.min(pause * 1.5, slowestPollMs);
      lastFault = "";
    } catch (error) {
      if (signal.aborted) return;
      if (options.patience === "none") throw error;
      const fault = waitingFor(error, options.group);
      if (fault !== lastFault) options.emit({ type: "waiting", message: fault });
      lastFault = fault;
      pause = Math.min(pause * 2, slowestPollMs);
    }
    if (options.done({ caughtUp: true })) return;
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
    nextToken = page.nextToken === nextToken ? undefined : page.nextToken;
  } while (nextToken !== undefined && !options.signal.aborted);
  fresh.sort((a, b) => a.timestamp - b.timestamp || a.ingestionTime - b.ingestionTime);
  for (const event of fresh) await options.onEvent(event, { late: false });
  return fresh;
}

function waitingFor(error: unknown, group: string): string {
  const name = error instanceof Error ? ((error.cause as Error | undefined)?.name ?? error.name) : "";
  if (name === "ResourceNotFoundException") return `Log group ${group} does not exist yet; waiting for it.`;
  return `Logs cannot be read at the moment (${error instanceof Error ? error.message : String(error)}); trying again.`;
}

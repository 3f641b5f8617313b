import type { FarSide, LogEvent } from "../../remote/far-side.js";
import type { Emit } from "../events.js";

export interface RangeOptions {
  group: string;
  since: number;
  until: number;
  streams?: string[];
  filterPattern?: string;
  signal: AbortSignal;
  emit: Emit;
}

/** Stand-in until the real one is merged. */
export async function* logsRange(farSide: FarSide, options: RangeOptions): AsyncIterable<LogEvent[]> {
  const { since, until, emit: _, ...query } = options;
  let nextToken: string | undefined;
  do {
    const page = await farSide.logEvents({
      ...query,
      startTime: since,
      endTime: until,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    if (page.events.length > 0) yield page.events;
    nextToken = page.nextToken === nextToken ? undefined : page.nextToken;
  } while (nextToken !== undefined && !options.signal.aborted);
}

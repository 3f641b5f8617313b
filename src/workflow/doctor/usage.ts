import type { LogEvent } from "../../remote/far-side.js";
import { type Reading, reading } from "../../remote/inspect/reading.js";
import { parseLogLine } from "../logs/line.js";
import { patientPages } from "../logs/patient-pages.js";
import type { StageContext } from "../stage-context.js";

/** What Lambda's own last lines say of the last week. Absent where there were none. */
export interface Usage {
  invocations: number;
  longestMs?: number;
  mostMemoryMb?: number;
}

const weekMs = 7 * 86_400_000;
const mostPages = 10;
const patienceMs = 8_000;

export function readUsage({ farSide, now, signal }: StageContext, group: string): Promise<Reading<Usage>> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  return reading("logs:FilterLogEvents", async () => {
    const fetchPage = patientPages(farSide, { signal: deadline, emit: () => {} });
    const events: LogEvent[] = [];
    let nextToken: string | undefined;
    for (let pages = 0; pages < mostPages; pages += 1) {
      const page = await fetchPage({
        group,
        startTime: now().getTime() - weekMs,
        filterPattern: '?"REPORT RequestId" ?"platform.report"',
        ...(nextToken === undefined ? {} : { nextToken }),
      });
      events.push(...page.events);
      nextToken = page.nextToken;
      if (nextToken === undefined) break;
    }
    return usageOf(events);
  });
}

export function usageOf(events: readonly LogEvent[]): Usage {
  const reports = events.flatMap((event) => parseLogLine(event).report ?? []);
  const longestMs = Math.max(...reports.flatMap(({ durationMs }) => durationMs ?? []));
  const mostMemoryMb = Math.max(...reports.flatMap(({ maxMemoryMb }) => maxMemoryMb ?? []));
  return {
    invocations: reports.length,
    ...(Number.isFinite(longestMs) ? { longestMs } : {}),
    ...(Number.isFinite(mostMemoryMb) ? { mostMemoryMb } : {}),
  };
}

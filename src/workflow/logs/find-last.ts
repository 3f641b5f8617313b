import type { LogLine } from "../events.js";
import type { Found } from "./find-invocations.js";

/** Milliseconds since the epoch. */
export interface Span {
  since: number;
  until: number;
}

/** The invocation that is meant by the last one. */
export interface Last {
  requestId: string;
  /** What our handler was asked for, where its first line tells. */
  operation?: string;
  /** Nothing but our own reads was found. */
  onlyReads: boolean;
  /** The lines that it was found in. */
  lines: LogLine[];
}

/** Back in ever longer steps: most often the last invocation was just now. */
const stepsMs = [900_000, 6 * 3_600_000, 86_400_000, 7 * 86_400_000];

/** What this tool asks a handler of ours without migrating: whoever says 'the last' does not mean the look that was just taken. */
const reads = new Set(["status", "dry-run", "run-result", "list-runs", "fence-run"]);

/** The last invocation that is not a read of ours; where there is none, the last of those. `read` gives the lines that name one. */
export async function findLast(
  read: (span: Span) => Promise<LogLine[]>,
  { since, until }: Span,
): Promise<Last | undefined> {
  let end = until;
  let fallback: Last | undefined;
  for (const step of [...stepsMs, Number.POSITIVE_INFINITY]) {
    const begin = Math.max(since, until - step);
    if (begin > end) break;
    const lasts = lastOf(await read({ since: begin, until: end }));
    const work = lasts.find(({ operation }) => operation === undefined || !reads.has(operation));
    if (work !== undefined) return work;
    const [first] = lasts;
    if (first !== undefined) fallback ??= { ...first, onlyReads: true };
    if (begin <= since) break;
    end = begin;
  }
  return fallback;
}

/** The newest first. */
function lastOf(lines: LogLine[]): Last[] {
  const named = lines.filter(({ requestId }) => requestId !== undefined);
  const starts = named.filter(({ platform }) => platform === "start");
  // System logs may be off: then the order in which they were last heard of.
  const signs = (starts.length > 0 ? starts : named).toReversed();
  const ids = [...new Set(signs.flatMap(({ requestId }) => requestId ?? []))];
  const operations = new Map<string, string>();
  for (const { requestId, fields } of named) {
    const operation = fields?.operation;
    if (requestId !== undefined && typeof operation === "string" && !operations.has(requestId))
      operations.set(requestId, operation);
  }
  return ids.map((requestId) => {
    const operation = operations.get(requestId);
    return { requestId, onlyReads: false, lines, ...(operation === undefined ? {} : { operation }) };
  });
}

/** Which one was taken, for people. */
export function wordsOfLast({ requestIds, last }: Found): string {
  const request = `request ${requestIds.join(", ")}`;
  if (last?.operation === undefined) return `The last invocation: ${request}`;
  const named = `The last ${last.operation}: ${request}`;
  return last.onlyReads ? `${named} (no run was found)` : named;
}

import type { FarSide, LogEvent } from "../../remote/far-side.js";
import type { Emit } from "../events.js";
import { cutRange } from "./parts.js";
import { type Pacing, patientPages, realPacing } from "./patient-pages.js";
import { batchesOf, callsFor, sideBySide } from "./side-by-side.js";
import { keepHeapSmall } from "./small-heap.js";

export interface RangeOptions {
  group: string;
  /** Milliseconds since the epoch, inclusive. */
  since: number;
  until: number;
  streams?: string[];
  /** CloudWatch's filter pattern. */
  filterPattern?: string;
  /** Ends the reading without an error. */
  signal: AbortSignal;
  emit: Emit;
  pacing?: Pacing;
}

/**
 * Everything that was logged in a past range, in order of time: page by page, and of each page some hundred at once, which are made
 * when they are taken. The range is cut into parts which are fetched side by side; those far ahead wait until what is before them has
 * been taken.
 *
 * @throws RemoteError, after the events before the fault have been handed out.
 */
export async function* logsRange(
  farSide: Pick<FarSide, "logEvents" | "loadLogs">,
  options: RangeOptions,
): AsyncGenerator<Iterable<LogEvent[]>, void> {
  const { since, until, group, streams, filterPattern, emit, pacing = realPacing } = options;
  if (since > until) return;
  // What is loaded after it has to be compiled anew.
  await farSide.loadLogs();
  keepHeapSmall();
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  const fetchPage = patientPages(farSide, { signal, emit, pacing });
  const common = {
    group,
    ...(streams === undefined ? {} : { streams }),
    ...(filterPattern === undefined ? {} : { filterPattern }),
  };
  try {
    // Most ranges are one page. Of a longer one the first page tells how dense it is; it is fetched again as the first part,
    // because only a part that was read to its end is known to be whole.
    const asked = pacing.now();
    const first = await fetchPage({ ...common, startTime: since, endTime: until });
    if (first.nextToken === undefined) {
      yield batchesOf(first);
      return;
    }
    const calls = callsFor(pacing.now() - asked);
    const cut = cutRange(since, until, first);
    yield* sideBySide((query) => fetchPage({ ...common, ...query }), cut, calls);
  } catch (error) {
    if (!options.signal.aborted) throw error;
  } finally {
    // Whoever reads no further does not want the rest fetched either.
    stop.abort();
  }
}

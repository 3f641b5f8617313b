import type { FarSide, LogEvent, LogPage } from "../../remote/far-side.js";
import type { Emit } from "../events.js";
import { type Clock, realClock } from "./clock.js";
import { isMissingGroup, isPassing, makeFaultTeller } from "./fault.js";
import { afterCall, afterFault, afterPage, hurried, startPace, waitMs } from "./pace.js";
import { firstPage, nextPage, type Poll } from "./poll.js";
import { makeWindow } from "./window.js";

export interface FollowOptions {
  group: string;
  /** Milliseconds since the epoch. */
  since: number;
  filterPattern?: string;
  streams?: string[];
  /** Each event once. `late`: what was written after it has been given before. Within one page they come by time, then ingestion. */
  onEvent: (event: LogEvent, how: { late: boolean }) => void;
  /** Awaited after a page that brought something: no further one is read before. */
  afterPage?: () => Promise<void>;
  /** Told of a group that does not exist yet (`waiting`) and of faults (`warning`). */
  emit: Emit;
  /** Asked after each call; true ends the following. `caughtUp`: everything that there is has been read. */
  done: (state: { caughtUp: boolean }) => boolean;
  signal: AbortSignal;
  /**
   * Which faults are waited out. `all`, because the work does not depend on its logs; `passing`, and the others only once a read
   * has worked: what is not allowed or not set up is better said at once.
   */
  patience: "all" | "passing";
  /** Lines are expected at once. */
  busy?: boolean;
  /** Aborted when there is a reason to look at once, such as an answer: the present pause is cut short. */
  hurry?: AbortSignal;
  clock?: Clock;
}

/** Lines later than a poll's overlap are looked for so often. */
const sweepEveryMs = 30_000;

/** Follows a log group until `done` or abort, with one call after the other. */
export async function followLogs(farSide: Pick<FarSide, "logEvents">, options: FollowOptions): Promise<void> {
  const { signal, hurry, patience, clock = realClock } = options;
  const { now } = clock;
  const window = makeWindow(options.since, now());
  const tell = makeFaultTeller(options.group, options.emit);
  const interruptions = hurry === undefined ? signal : AbortSignal.any([signal, hurry]);
  let pace = startPace(now(), options.busy ?? false);
  let poll: Poll | undefined;
  let sweptAt = now();
  let hasRead = false;
  let hasHurried = false;

  function begin(): Poll {
    const kind = now() - sweptAt < sweepEveryMs ? "poll" : "sweep";
    return firstPage(kind, window.startOf(kind, now()), now());
  }

  async function wait(): Promise<void> {
    await clock.delay(waitMs(pace, now()), hasHurried ? signal : interruptions);
    if (hasHurried || hurry?.aborted !== true) return;
    hasHurried = true;
    pace = hurried(pace, now());
    await clock.delay(waitMs(pace, now()), signal);
  }

  async function take(page: LogPage, of: Poll): Promise<void> {
    const fresh = window.take(page, of, now());
    for (const { event, late } of fresh) options.onEvent(event, { late });
    if (fresh.length > 0) await options.afterPage?.();
    poll = nextPage(of, page);
    if (poll === undefined) {
      window.endPoll(of, now(), page.nextToken === undefined);
      if (of.kind === "sweep") sweptAt = now();
    }
    pace = afterPage(pace, now(), { fresh: fresh.length, more: poll !== undefined });
    hasRead = true;
  }

  /** @throws what is not waited out. */
  function fail(error: unknown): void {
    const missing = isMissingGroup(error);
    if (patience === "passing" && !hasRead && !missing && !isPassing(error)) throw error;
    // A token may be what is not accepted any more.
    if (poll?.token !== undefined && !isPassing(error)) poll = undefined;
    else tell(error, now());
    pace = missing
      ? afterPage(pace, now(), { fresh: 0, more: false })
      : afterFault(pace, now(), clock.random());
  }

  while (!signal.aborted) {
    await wait();
    if (signal.aborted) return;
    const asked = poll?.token === undefined ? begin() : poll;
    poll = asked;
    pace = afterCall(pace, now());
    let page: LogPage | undefined;
    try {
      page = await farSide.logEvents(query(options, asked));
    } catch (error) {
      if (signal.aborted) return;
      fail(error);
    }
    if (signal.aborted) return;
    if (page !== undefined) await take(page, asked);
    if (options.done({ caughtUp: page !== undefined && poll === undefined })) return;
  }
}

function query(options: FollowOptions, poll: Poll) {
  const { group, filterPattern, streams, signal } = options;
  return {
    group,
    startTime: poll.startTime,
    signal,
    ...(filterPattern === undefined ? {} : { filterPattern }),
    ...(streams === undefined ? {} : { streams }),
    ...(poll.token === undefined ? {} : { nextToken: poll.token }),
  };
}

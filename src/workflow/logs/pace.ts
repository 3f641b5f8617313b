/** When the next call may go out. Times in milliseconds of one clock that only goes forward. */
export interface Pace {
  /** Calls that may be made at once, as of `countedAt`; below zero where pages were fetched on credit. */
  tokens: number;
  countedAt: number;
  /** Wanted between the last answer, at `endedAt`, and the next call. */
  pauseMs: number;
  endedAt: number;
  /** The next call fetches a further page: catching up does not wait for tokens. */
  catchingUp: boolean;
  /** Pages of the present poll so far. */
  pages: number;
  /** When lines last came. */
  freshAt: number;
  /** Faults in a row. */
  failures: number;
}

/**
 * FilterLogEvents allows five calls a second to a whole account and region; a follower takes one of them, 60 a minute: a little less,
 * so that it is 60 by the service's count too, to which calls do not come as evenly as they are sent.
 */
const tokensPerMs = 59.5 / 60_000;
/** What quiet spells save up, for the moment in which lines come. */
const mostTokens = 3;
const mostCredit = 2;
const hurriedTokens = 2;
const catchUpMs = 200;
const activeMs = 500;
const quietMs = 1_400;
const idleMs = 4_000;
/** A spell without lines is a pause in the work at first, and its end later. */
const holdMs = 20_000;
const growth = 1.5;
const firstBackoffMs = 500;
const longestBackoffMs = 8_000;

/** `busy`: lines are expected at once. */
export function startPace(now: number, busy: boolean): Pace {
  return {
    tokens: 1,
    countedAt: now,
    pauseMs: 0,
    endedAt: now,
    catchingUp: false,
    pages: 0,
    freshAt: busy ? now : Number.NEGATIVE_INFINITY,
    failures: 0,
  };
}

/** How long to wait before the next call, in milliseconds. */
export function waitMs(pace: Pace, now: number): number {
  const pause = pace.endedAt + pace.pauseMs - now;
  if (pace.catchingUp) return Math.max(0, pause);
  return Math.max(0, pause, (1 - tokensAt(pace, now)) / tokensPerMs);
}

/** A call goes out. */
export function afterCall(pace: Pace, now: number): Pace {
  const tokens = Math.max(-mostCredit, tokensAt(pace, now) - 1);
  return { ...pace, tokens, countedAt: now };
}

/** A page came: with how many lines that were not known, and whether the poll goes on with a further page. */
export function afterPage(pace: Pace, now: number, page: { fresh: number; more: boolean }): Pace {
  const freshAt = page.fresh > 0 ? now : pace.freshAt;
  const pages = pace.pages + 1;
  const next = { ...pace, endedAt: now, freshAt, failures: 0, pages, catchingUp: page.more };
  if (page.more) return { ...next, pauseMs: catchUpMs };
  return { ...next, pages: 0, pauseMs: pauseAfterPoll(next, now - freshAt) };
}

function pauseAfterPoll(pace: Pace, quietForMs: number): number {
  if (quietForMs === 0) return activeMs;
  if (quietForMs === Number.POSITIVE_INFINITY) return idleMs * idleFactor(pace);
  const longer = Math.max(activeMs, pace.pauseMs * growth);
  return quietForMs < holdMs ? Math.min(longer, quietMs) : Math.min(longer, idleMs) * idleFactor(pace);
}

/** A poll of several pages has used up its successors' calls. */
function idleFactor({ pages }: Pace): number {
  return Math.min(pages, 4);
}

/**
 * A call failed, which costs no token: backing off is pace enough. Full jitter, so that those who were turned away together do not come
 * back together. `random` is in [0, 1).
 */
export function afterFault(pace: Pace, now: number, random: number): Pace {
  const longest = Math.min(longestBackoffMs, firstBackoffMs * 2 ** Math.min(pace.failures, 10));
  const tokens = Math.min(mostTokens, pace.tokens + 1);
  return { ...pace, tokens, endedAt: now, failures: pace.failures + 1, pauseMs: random * longest };
}

/** There is a reason to look now, and soon again: once in a following, whatever tokens there are. */
export function hurried(pace: Pace, now: number): Pace {
  return {
    ...pace,
    tokens: Math.max(hurriedTokens, tokensAt(pace, now)),
    countedAt: now,
    pauseMs: 0,
    freshAt: now,
  };
}

function tokensAt({ tokens, countedAt }: Pace, now: number): number {
  return Math.min(mostTokens, tokens + (now - countedAt) * tokensPerMs);
}

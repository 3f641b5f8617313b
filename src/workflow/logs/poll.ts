import type { LogPage } from "../../remote/far-side.js";
import type { PollKind, PollSpan } from "./window.js";

/** One reading of the log from a moment on, page by page. */
export interface Poll extends PollSpan {
  /** Of the next page; absent for the first. */
  token?: string;
  /** Tokens that were used: one that comes again would never end. */
  used: Set<string>;
  kind: PollKind;
}

export function firstPage(kind: PollKind, startTime: number, sentAt: number): Poll {
  return { kind, startTime, sentAt, used: new Set() };
}

/** The poll with its next page, or undefined where this was the last. An empty page with a token is not the last. */
export function nextPage(poll: Poll, { nextToken }: LogPage): Poll | undefined {
  if (nextToken === undefined || poll.used.has(nextToken)) return undefined;
  return { ...poll, token: nextToken, used: poll.used.add(nextToken) };
}

import type { LogEvent } from "../../remote/far-side.js";
import type { FollowOptions } from "./follow.js";
import type { Take } from "./read.js";

/** What a follower gives event by event, taken a page at a time: lines that belong together come together. */
export function inPages(take: Take): Required<Pick<FollowOptions, "onEvent" | "afterPage">> {
  let events: LogEvent[] = [];
  let late = new Set<LogEvent>();
  return {
    onEvent: (event, told) => {
      events.push(event);
      if (told.late) late.add(event);
    },
    afterPage: () => {
      const [page, lateOnes] = [events, late];
      events = [];
      late = new Set();
      return take(page, lateOnes);
    },
  };
}

import type { LogEvent, LogPage, LogQuery } from "../../src/remote/far-side.js";

/** What becomes of one call. `repeat`: the token that was used comes again; `duplicate`: the page comes twice; `empty`: no events, but a token. */
export type Behaviour = "page" | "throttle" | "network" | "empty" | "duplicate" | "repeat";

export interface Script {
  /** Each becomes visible at its ingestionTime. */
  events: readonly LogEvent[];
  pageSize: number;
  /** The group is not there before. */
  groupSince?: number;
}

/** A page, or the fault in its place. */
export type Scripted = LogPage | "throttle" | "network" | "no group";

type Asked = Pick<LogQuery, "startTime" | "nextToken">;

/** Where the next page begins: behind this event, or at the beginning. */
interface Token {
  after?: Place;
  call: number;
}

type Place = Pick<LogEvent, "timestamp" | "ingestionTime" | "id">;

/**
 * CloudWatch Logs as a script: what it has to say to one query at a moment of its own clock. A token is a place in the order, so what
 * becomes visible before that place while a poll goes on is not seen by it.
 */
export function scriptedLogs({ events, pageSize, groupSince = 0 }: Script) {
  const ordered = [...events].sort(byPlace);
  let calls = 0;

  return (asked: Asked, now: number, behaviour: Behaviour = "page"): Scripted => {
    if (behaviour === "throttle" || behaviour === "network") return behaviour;
    if (now < groupSince) return "no group";
    calls += 1;
    const { after }: Partial<Token> = asked.nextToken === undefined ? {} : JSON.parse(asked.nextToken);
    const from = { timestamp: asked.startTime, ingestionTime: 0, id: "" };
    let index = indexAfter(ordered, after ?? from);
    const page: LogEvent[] = [];
    for (let event = ordered[index]; event !== undefined; event = ordered[index]) {
      if (page.length === pageSize) break;
      if (event.ingestionTime <= now) page.push(event);
      index += 1;
    }
    const isLast = ordered.slice(index).every(({ ingestionTime }) => ingestionTime > now);
    const token = (place: Place | undefined) => {
      const { timestamp, ingestionTime, id } = place ?? from;
      const next: Token = { call: calls, after: { timestamp, ingestionTime, id } };
      return JSON.stringify(next);
    };
    if (behaviour === "empty") return { events: [], nextToken: token(after) };
    if (behaviour === "duplicate") return { events: page, nextToken: token(after) };
    if (behaviour === "repeat" && asked.nextToken !== undefined) {
      return { events: page, nextToken: asked.nextToken };
    }
    return { events: page, ...(isLast ? {} : { nextToken: token(page.at(-1)) }) };
  };
}

function byPlace(a: Place, b: Place): number {
  return a.timestamp - b.timestamp || a.ingestionTime - b.ingestionTime || (a.id < b.id ? -1 : 1);
}

/** Of the first that stands behind a place. */
function indexAfter(ordered: readonly LogEvent[], place: Place): number {
  let low = 0;
  let high = ordered.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const event = ordered[middle] as LogEvent;
    const isBehind = event.id !== place.id && byPlace(event, place) > 0;
    if (isBehind) high = middle;
    else low = middle + 1;
  }
  return low;
}

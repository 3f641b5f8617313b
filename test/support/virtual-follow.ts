import type { FarSide, LogEvent, LogPage, LogQuery } from "../../src/remote/far-side.js";
import { RemoteError } from "../../src/remote/remote-error.js";
import type { WorkflowEvent } from "../../src/workflow/events.js";
import { type FollowOptions, followLogs } from "../../src/workflow/logs/follow.js";
import type { Scripted } from "./scripted-logs.js";

export interface Shown {
  event: LogEvent;
  late: boolean;
  /** By the service's clock. */
  at: number;
}

export interface VirtualFollow {
  shown: Shown[];
  told: WorkflowEvent[];
  /** When each call was sent, by the service's clock, and for what. */
  calls: { at: number; query: LogQuery }[];
}

export interface VirtualOptions extends Partial<FollowOptions> {
  /** The service's clock at the beginning; the follower's begins at zero. */
  from: number;
  until: number;
  latencyMs?: number;
  random?: () => number;
  /** When there is a reason to look at once. */
  hurryAt?: number;
  answer: (query: LogQuery, now: number) => Scripted;
}

/** Follows for hours in no time: a pause only moves the clock. */
export async function virtualFollow(options: VirtualOptions): Promise<VirtualFollow> {
  const { from, until, latencyMs = 40, answer, random = () => 0.5, hurryAt, ...follow } = options;
  const hurry = new AbortController();
  const end: VirtualFollow = { shown: [], told: [], calls: [] };
  let now = from;
  const farSide: Pick<FarSide, "logEvents"> = {
    logEvents: async (query) => {
      end.calls.push({ at: now, query });
      now += latencyMs / 2;
      const answered = answer(query, now);
      now += latencyMs / 2;
      if (typeof answered === "string") throw faults[answered];
      return answered;
    },
  };
  await followLogs(farSide, {
    group: "/aws/lambda/shop",
    since: from,
    onEvent: (event, { late }) => end.shown.push({ event, late, at: now }),
    emit: (event) => end.told.push(event),
    signal: new AbortController().signal,
    patience: "all",
    done: () => now >= until,
    hurry: hurry.signal,
    clock: {
      now: () => now - from,
      delay: async (ms, signal) => {
        if (signal.aborted) return;
        const isCut = hurryAt !== undefined && now < hurryAt && now + ms >= hurryAt;
        now = isCut ? hurryAt : now + ms;
        if (isCut) hurry.abort();
      },
      random,
    },
    ...follow,
  });
  return end;
}

const remote = (code: "throttled" | "network" | "other", name: string) =>
  new RemoteError({ code, message: `${name}.`, hint: "-", cause: Object.assign(new Error(name), { name }) });

const faults: Record<Exclude<Scripted, LogPage>, Error> = {
  throttle: remote("throttled", "ThrottlingException"),
  network: remote("network", "ECONNRESET"),
  "no group": remote("other", "ResourceNotFoundException"),
};

import type { Call } from "./call.js";

/** What a network, a load balancer or the front of a service can do to one call. */
export const faults = [
  /** RST as soon as the request is there. */
  "reset",
  /** The request is read, and the connection closed. */
  "drop-before",
  /** Dropped, and delivered nevertheless when nobody expects it any more. */
  "deliver-late",
  /** Delivered, and the answer thrown away. */
  "drop-after",
  /** Half of the answer, then RST. */
  "drop-mid-answer",
  /** Delivered, and never answered. */
  "hang",
  "500-before",
  "502-before",
  "503-before",
  "500-after",
  "502-after",
  "503-after",
  /** Turned away because of too many requests, as the service says it. */
  "throttle",
  /** Turned away because the session's credentials have come to their end. */
  "expired-token",
  "slow",
  /** Delivered twice at the same time; the first answer counts. */
  "duplicate-at-once",
  /** Delivered again after the first answer; the second answer counts. */
  "duplicate-after",
  /** Half of the answer, framed as if it were whole. */
  "truncated",
  "garbage",
  /** Answered; then nothing listens for a moment, so that the next connection is refused. */
  "answer-then-refuse",
] as const;

/** What can become of a snapshot: RDS's own answer, rewritten. */
export const fates = [
  "status-failed",
  /** The list is empty. */
  "gone",
  /** RDS knows no snapshot of this name. */
  "not-found",
  "never-available",
] as const;

export type Fate = (typeof fates)[number];
export type Fault = (typeof faults)[number] | Fate;

/** From the `first` to the `last` time that a call is made (from 1; `Infinity`: ever after) it meets this fault; all other times it goes through. */
export interface PlannedFault {
  call: Call;
  first: number;
  last: number;
  fault: Fault;
}

export function only(call: Call, nth: number, fault: Fault): PlannedFault {
  return { call, first: nth, last: nth, fault };
}

export function everSince(call: Call, nth: number, fault: Fault): PlannedFault {
  return { call, first: nth, last: Infinity, fault };
}

export function plannedFor(plan: readonly PlannedFault[], call: Call, nth: number): PlannedFault | undefined {
  return plan.find((entry) => entry.call === call && entry.first <= nth && nth <= entry.last);
}

export function lasts({ last }: PlannedFault): boolean {
  return last === Infinity;
}

/** `run 1#2:reset`; with a plus where it lasts: `describe-snapshot#1+:gone`. */
export function stepName(planned: PlannedFault): string {
  return `${planned.call}#${planned.first}${lasts(planned) ? "+" : ""}:${planned.fault}`;
}

export function stepOfName(name: string): PlannedFault {
  const [, call, nth, plus, fault] = /^(.+)#(\d+)(\+?):(\S+)$/.exec(name) ?? [];
  if (![...faults, ...fates].includes(fault as Fault))
    throw new Error(`${JSON.stringify(name)} is not call#nth:fault`);
  const plan = plus === "+" ? everSince : only;
  return plan(call as Call, Number(nth), fault as Fault);
}

import fc from "fast-check";
import type { Call } from "./call.js";
import { type FaultCase, named, severalFaults } from "./cases.js";
import { everSince, type Fault, fates, faults, lasts, only, type PlannedFault } from "./plan.js";

/** A run on a stage whose policy asks for a snapshot. */
export interface GuardedCase extends FaultCase {
  /** What has to come of it, where that can be said beforehand. */
  expected?: "applied" | "stopped";
}

/** The calls between the plan and the run. */
const calls: Call[] = [
  "describe-database",
  "list-snapshots",
  "create-snapshot",
  "describe-snapshot",
  "tag-snapshot",
];

/** A read that arrives late or twice reads the same; one 5xx is like the other. */
function sensible(call: Call): Fault[] {
  const ofWrites: Fault[] = ["deliver-late", "duplicate-at-once", "duplicate-after"];
  return faults.filter(
    (fault) => !fault.startsWith("502") && (call === "create-snapshot" || !ofWrites.includes(fault)),
  );
}

/** What may be so for as long as anybody waits. */
const lasting: Fault[] = [
  "reset",
  "drop-after",
  "500-before",
  "500-after",
  "503-before",
  "throttle",
  "expired-token",
];

/** Begun by a request whose answer is lost, and what then stands in the way of learning it. */
const lostAnd: PlannedFault[] = [
  everSince("create-snapshot", 2, "throttle"),
  everSince("create-snapshot", 2, "expired-token"),
  everSince("create-snapshot", 2, "reset"),
  only("describe-snapshot", 1, "not-found"),
  only("describe-snapshot", 1, "expired-token"),
  only("describe-snapshot", 1, "garbage"),
];

const twofold = lostAnd.map((then) => [only("create-snapshot", 1, "drop-after"), then]);

/** Each call to RDS with each fault: once, and for as long as the command goes on; and each fate of the snapshot. */
export function guardedCases(): FaultCase[] {
  const single = calls.flatMap((call) => sensible(call).map((fault) => only(call, 1, fault)));
  const endless = calls.flatMap((call) => lasting.map((fault) => everSince(call, 1, fault)));
  const fateful = fates.flatMap((fate) =>
    [1, 2].flatMap((nth) => [
      only("describe-snapshot", nth, fate),
      everSince("describe-snapshot", nth, fate),
    ]),
  );
  const atRun = (["drop-before", "drop-after", "duplicate-after"] as const).map((fault) =>
    only("run 1", 1, fault),
  );
  const plans = [[], ...[...single, ...endless, ...fateful, ...atRun].map((step) => [step]), ...twofold];
  const reused = [...fates.map((fate) => [everSince("describe-snapshot", 1, fate)]), []];
  return [
    ...plans.map((plan) => named("guarded", plan, true)),
    ...reused.map((plan) => named("reusing", plan, true)),
  ];
}

/** Several faults in one run, made from a seed. */
export function randomGuardedCases(seed: number, count: number): FaultCase[] {
  const made = severalFaults([...calls, "run 1"]).map((plan) => named("guarded", plan, false));
  return fc.sample(made, { seed, numRuns: count });
}

export function withExpectation(one: FaultCase): GuardedCase {
  const [step, ...others] = one.plan;
  if (others.length > 0) return one;
  const expected = step === undefined ? "applied" : expectation(step);
  return expected === undefined ? one : { ...one, expected };
}

/**
 * What is only lost, late or turned away for once is got over; what RDS says of the snapshot is believed. Undefined: it may end either way,
 * as long as it ends as it has to.
 */
function expectation(step: PlannedFault): "applied" | "stopped" | undefined {
  const { call, first, fault } = step;
  if (call.startsWith("run")) return undefined;
  // A moment later nobody listens: a wait gets over that, a single question may not.
  if (fault === "answer-then-refuse" && !waiting.includes(call)) return undefined;
  // A tag that is not there keeps nobody from a migration.
  if (call === "tag-snapshot") return "applied";
  if (fault === "expired-token" || fault === "status-failed") return "stopped";
  // Made, whatever became of the answer: it is looked for by its name.
  if (call === "create-snapshot" && (fault === "drop-after" || fault === "500-after")) return "applied";
  if (lasts(step)) return "stopped";
  // What does not speak the protocol of AWS is not asked again.
  if (call !== "create-snapshot" && (fault === "truncated" || fault === "garbage")) return undefined;
  // RDS may not list at once what it has begun; what it has listed before is gone.
  if (fault === "gone" || fault === "not-found") return first === 1 ? "applied" : "stopped";
  return "applied";
}

const waiting: Call[] = ["create-snapshot", "describe-snapshot"];

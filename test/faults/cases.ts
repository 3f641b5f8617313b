import fc from "fast-check";
import { type Call, type Fault, faults, type PlannedFault } from "./plan.js";

export interface FaultCase {
  name: string;
  parts: boolean;
  plan: PlannedFault[];
  /** Whether each fault has to meet its call: else the case proves nothing. */
  strict: boolean;
}

/** The calls of a run, and what has to go wrong first for them to be made. */
const places: { call: Call; nth: number; parts: boolean; before: PlannedFault[] }[] = [
  { call: "configuration", nth: 1, parts: false, before: [] },
  { call: "dry-run", nth: 1, parts: false, before: [] },
  { call: "configuration", nth: 2, parts: false, before: [] },
  { call: "run 1", nth: 1, parts: false, before: [] },
  { call: "logs", nth: 1, parts: false, before: [] },
  { call: "run 1", nth: 1, parts: true, before: [] },
  { call: "run 2", nth: 1, parts: true, before: [] },
  { call: "run 3", nth: 1, parts: true, before: [] },
  { call: "run-result", nth: 1, parts: false, before: [lost("run 1", "drop-after")] },
  { call: "run-result", nth: 1, parts: false, before: [lost("run 1", "drop-before")] },
  { call: "fence-run", nth: 1, parts: false, before: [lost("run 1", "drop-before")] },
  { call: "fence-run", nth: 1, parts: false, before: [lost("run 1", "deliver-late")] },
  { call: "run-result", nth: 1, parts: true, before: [lost("run 2", "drop-mid-answer")] },
];

function lost(call: Call, fault: Fault): PlannedFault {
  return { call, nth: 1, fault };
}

/** Each call with each fault, one by one, and the run without any. */
export function everyCase(): FaultCase[] {
  const calm = [false, true].map((parts) => named(parts, [], true));
  const single = places.flatMap(({ call, nth, parts, before }) =>
    faults.map((fault) => named(parts, [...before, { call, nth, fault }], true)),
  );
  return [...calm, ...single];
}

/** Several faults in one run, made from a seed. */
export function randomCases(seed: number, count: number): FaultCase[] {
  const calls: Call[] = ["dry-run", "run 1", "run 1", "run 2", "run 3", "run-result", "fence-run", "logs"];
  // A hang costs the whole patience of the one who waits; the list above has them all.
  const quick = faults.filter((fault) => fault !== "hang");
  const planned = fc.record({
    call: fc.constantFrom(...calls),
    nth: fc.integer({ min: 1, max: 2 }),
    fault: fc.constantFrom(...quick),
  });
  const made = fc
    .tuple(fc.boolean(), fc.uniqueArray(planned, { minLength: 2, maxLength: 4, selector: at }))
    .map(([parts, plan]) => named(parts, plan, false));
  return fc.sample(made, { seed, numRuns: count });
}

function at({ call, nth }: PlannedFault): string {
  return `${call}#${nth}`;
}

/** The name says all, so that it can be given to `--case`. */
function named(parts: boolean, plan: PlannedFault[], strict: boolean): FaultCase {
  const steps = plan.map((planned) => `${at(planned)}:${planned.fault}`);
  return { name: [parts ? "parts" : "whole", ...steps].join(" "), parts, plan, strict };
}

export function caseOfName(name: string): FaultCase {
  const [kind, ...steps] = name.split(/ (?=\S+(?: \d+)?#)/);
  const plan = steps.map((step): PlannedFault => {
    const [, call, nth, fault] = /^(.+)#(\d+):(\S+)$/.exec(step) ?? [];
    if (!faults.includes(fault as Fault)) throw new Error(`${JSON.stringify(step)} is not call#nth:fault`);
    return { call: call as Call, nth: Number(nth), fault: fault as Fault };
  });
  return named(kind === "parts", plan, false);
}

import fc from "fast-check";
import type { Call } from "./call.js";
import { faults, only, type PlannedFault, stepName, stepOfName } from "./plan.js";
import { type GroundKind, groundKinds } from "./stand.js";

export interface FaultCase {
  name: string;
  ground: GroundKind;
  plan: PlannedFault[];
  /** Whether each fault has to meet its call: else the case proves nothing. */
  strict: boolean;
}

/** The calls of a run, and what has to go wrong first for them to be made. */
const places: { call: Call; nth: number; ground: GroundKind; before: PlannedFault[] }[] = [
  { call: "configuration", nth: 1, ground: "whole", before: [] },
  { call: "dry-run", nth: 1, ground: "whole", before: [] },
  { call: "configuration", nth: 2, ground: "whole", before: [] },
  { call: "run 1", nth: 1, ground: "whole", before: [] },
  { call: "logs", nth: 1, ground: "whole", before: [] },
  { call: "run 1", nth: 1, ground: "parts", before: [] },
  { call: "run 2", nth: 1, ground: "parts", before: [] },
  { call: "run 3", nth: 1, ground: "parts", before: [] },
  { call: "run-result", nth: 1, ground: "whole", before: [only("run 1", 1, "drop-after")] },
  { call: "run-result", nth: 1, ground: "whole", before: [only("run 1", 1, "drop-before")] },
  { call: "fence-run", nth: 1, ground: "whole", before: [only("run 1", 1, "drop-before")] },
  { call: "fence-run", nth: 1, ground: "whole", before: [only("run 1", 1, "deliver-late")] },
  { call: "run-result", nth: 1, ground: "parts", before: [only("run 2", 1, "drop-mid-answer")] },
];

/** Each call with each fault, one by one, and the run without any. */
export function everyCase(): FaultCase[] {
  const calm = (["whole", "parts"] as const).map((ground) => named(ground, [], true));
  const single = places.flatMap(({ call, nth, ground, before }) =>
    faults.map((fault) => named(ground, [...before, only(call, nth, fault)], true)),
  );
  return [...calm, ...single];
}

/** Several faults in one run, made from a seed. */
export function randomCases(seed: number, count: number): FaultCase[] {
  const calls: Call[] = ["dry-run", "run 1", "run 1", "run 2", "run 3", "run-result", "fence-run", "logs"];
  const made = fc
    .tuple(fc.constantFrom<GroundKind>("whole", "parts"), severalFaults(calls))
    .map(([ground, plan]) => named(ground, plan, false));
  return fc.sample(made, { seed, numRuns: count });
}

/** No two of the same time of a call. */
export function severalFaults(calls: Call[]): fc.Arbitrary<PlannedFault[]> {
  // A hang costs the whole patience of the one who waits; the list of single faults has them all.
  const quick = faults.filter((fault) => fault !== "hang");
  const planned = fc
    .tuple(fc.constantFrom(...calls), fc.integer({ min: 1, max: 2 }), fc.constantFrom(...quick))
    .map((step) => only(...step));
  return fc.uniqueArray(planned, {
    minLength: 2,
    maxLength: 4,
    selector: ({ call, first }) => `${call}#${first}`,
  });
}

/** The name says all, so that it can be given to `--case`. */
export function named(ground: GroundKind, plan: PlannedFault[], strict: boolean): FaultCase {
  return { name: [ground, ...plan.map(stepName)].join(" "), ground, plan, strict };
}

export function caseOfName(name: string): FaultCase {
  const [kind, ...steps] = name.split(/ (?=\S+(?: \d+)?#)/);
  const ground = groundKinds.find((known) => known === kind);
  if (ground === undefined) throw new Error(`a case's name begins with ${groundKinds.join(", ")}`);
  return named(ground, steps.map(stepOfName), false);
}

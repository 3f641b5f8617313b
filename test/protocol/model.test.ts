import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Command, type Exploration, explore, faulty } from "./explore.js";
import { Violation } from "./invariants.js";
import { plantedBugs, sound } from "./planted-bugs.js";

const migrations = ["m1", "m2", "m3"];

const scenario = fc.record(
  {
    migrations: fc.constant(migrations),
    stopBefore: fc.constantFrom(0, 14_500),
    nonTransactional: fc.constantFrom("m1", "m2"),
    failing: fc.constantFrom("m2", "m3"),
  },
  { requiredKeys: ["migrations", "stopBefore"] },
);

const move = fc.oneof(
  { weight: 9, arbitrary: fc.nat({ max: 11 }) },
  { weight: 1, arbitrary: fc.nat({ max: 60 }).map((choice) => faulty + choice) },
);

const kind = fc.constantFrom<Command["kind"]>("begin", "begin", "detach");
const first = kind.map((kind) => ({ kind, after: 0 }));
const competitor = fc.record({ kind, after: fc.nat({ max: 100 }) });

const explorations: fc.Arbitrary<Exploration> = fc.record({
  scenario,
  commands: fc.tuple(first, fc.array(competitor, { maxLength: 2 })).map(([own, others]) => [own, ...others]),
  choices: fc.array(move, { maxLength: 160, size: "max" }),
});

const numRuns = Number(process.env.MODEL_RUNS ?? 6_000);

/** So many orders take as long as the machine needs; none is worth less on a slow one. */
const timeout = 900_000;

/** Only what happens where nothing goes wrong, in any order. */
const undisturbed = fc.record({
  scenario: fc.record({ migrations: fc.constant(migrations), stopBefore: fc.constantFrom(0, 14_500) }),
  commands: fc.tuple(first),
  choices: fc.array(fc.nat({ max: 11 }), { maxLength: 160, size: "max" }),
});

describe("the run protocol", { timeout }, () => {
  test("holds in every order of events", () => {
    const property = fc.property(explorations, (exploration) => void explore(sound, exploration));
    fc.assert(property, { numRuns });
  });

  test("applies the whole plan where nothing goes wrong", () => {
    const property = fc.property(undisturbed, (exploration) => {
      const { endings, trace } = explore(sound, exploration);
      const ends = endings.map(({ ending }) => `${ending.verdict} ${ending.shown?.state}`);
      expect(ends, trace.join("\n")).toEqual(["recorded succeeded"]);
    });
    fc.assert(property, { numRuns: 500 });
  });

  test.each(Object.entries(plantedBugs))("a planted bug is found: %s", (_, system) => {
    const property = fc.property(explorations, (exploration) => void explore(system, exploration));
    const { failed, errorInstance } = fc.check(property, { numRuns, endOnFailure: true });
    expect(failed).toBe(true);
    expect(errorInstance).toBeInstanceOf(Violation);
  });
});

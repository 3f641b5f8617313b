import fc from "fast-check";
import { expect, test } from "vitest";
import { planId } from "../../src/contract/plan-id.js";
import { makeRunId, runIdPattern } from "../../src/contract/run-id.js";
import { fromWire, toWire } from "../../src/contract/wire.js";

test("a run id sorts by time and fits its pattern", () => {
  const id = makeRunId(new Date("2026-11-20T10:45:12.345Z"), Uint8Array.of(0x9f, 0x3c, 0x1a, 0x7e));
  expect(id).toBe("20261120T104512Z-9f3c1a7e");
  expect(id).toMatch(runIdPattern);
});

test("a plan id is the same for the same plan, whatever the order of heads, and for no other", () => {
  const migrations = [
    { revision: "a", checksum: "1" },
    { revision: "b", checksum: "2" },
  ];
  const plan = { engine: "sql", from: ["x", "y"], target: "b", migrations };
  expect(planId(plan)).toBe("9585f98d09d1784a63cad72b71ccfda969045b3559fedc4c73d029525f4b90a0");
  expect(planId({ ...plan, from: ["y", "x"] })).toBe(planId(plan));
  expect(planId({ ...plan, migrations: migrations.toReversed() })).not.toBe(planId(plan));
  expect(planId({ ...plan, target: null })).not.toBe(planId(plan));
});

test("keys survive the way there and back", () => {
  const key = fc.stringMatching(/^[a-z]{1,8}([A-Z][a-z]{1,6}){0,3}$/);
  fc.assert(
    fc.property(
      fc.dictionary(key, fc.oneof(fc.string(), fc.array(fc.dictionary(key, fc.integer())))),
      (value) => {
        expect(fromWire(toWire(value))).toEqual(value);
      },
    ),
  );
});

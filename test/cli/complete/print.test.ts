import fc from "fast-check";
import { expect, test } from "vitest";
import { answerText } from "../../../src/cli/complete/print.js";

const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom("\u001b", "\n", "\t", "\u202e", "\u0000", "a", "ä", "'"),
    fc.string({ minLength: 1, maxLength: 1 }),
  ),
});

test("whatever is offered, a line is a word with at most one tab, and nothing in it steers a terminal", () => {
  const candidates = fc.array(fc.record({ value: hostile, about: hostile }));
  fc.assert(
    fc.property(candidates, (offered) => {
      const lines = answerText({ kind: "words", prefix: "", candidates: offered }).split("\n");
      expect(lines.at(-1)).toBe("");
      for (const line of lines) {
        expect(line).not.toMatch(/[^\P{Cc}\t]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
        expect(line.split("\t").length).toBeLessThanOrEqual(2);
      }
      const values = offered.map(({ value }) => value);
      for (const line of lines.slice(1, -1)) expect(values).toContain(line.split("\t")[0]);
    }),
  );
});

test("a list that nobody reads to its end is cut", () => {
  const candidates = Array.from({ length: 2_000 }, (_, index) => ({ value: `r${index}` }));
  expect(answerText({ kind: "words", prefix: "", candidates }).split("\n").length).toBeLessThan(600);
});

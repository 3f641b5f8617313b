import fc from "fast-check";
import { expect, test } from "vitest";
import { oneLine, table, visible, wrap } from "../../src/output/text.js";

test("no control character reaches the terminal, whatever comes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(visible(text)).not.toMatch(
        /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/,
      );
      expect(oneLine(text)).not.toContain("\n");
    }),
    { numRuns: 1000 },
  );
  expect(visible("a\x1b[2Jb\r\nc\x07")).toBe("a\\x1b[2Jb\nc\\x07");
});

test("columns are aligned by what is seen, not by length", () => {
  expect(
    table([
      ["a", "1"],
      ["日本", "2"],
      ["\x1b[32mx\x1b[39m", "3"],
    ]),
  ).toEqual(["a     1", "日本  2", "\x1b[32mx\x1b[39m     3"]);
});

test("wrapped text keeps every word, and no line is longer than the width unless one word is", () => {
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z]{1,30}$/), { maxLength: 40 }),
      fc.integer({ min: 10, max: 60 }),
      (words, width) => {
        const wrapped = wrap(words.join(" "), width);
        expect(wrapped.split(/\s/).filter(Boolean)).toEqual(words);
        for (const line of wrapped.split("\n"))
          if (line.includes(" ")) expect(line.length).toBeLessThanOrEqual(width);
      },
    ),
  );
});

test("a command is never broken: where its line is too long, it stands on one of its own", () => {
  const status = "migrate-remote status --stage local";
  const repair = "migrate-remote fix-history --stage local --revision REV";
  expect(wrap(`Apply: ${status}`, 60)).toBe(`Apply: ${status}`);
  expect(wrap(`Two migrations would be applied. Apply: ${status}`, 60)).toBe(
    `Two migrations would be applied. Apply:\n  ${status}`,
  );
  expect(wrap(`See which: ${status}. Deploy them, or repair: ${repair}`, 40)).toBe(
    `See which:\n  ${status}\nDeploy them, or repair:\n  ${repair}`,
  );
  expect(wrap(`  See it: ${status} --dry-run   Apply: ${status}`, 40)).toBe(
    `  See it:\n  ${status} --dry-run\nApply:\n  ${status}`,
  );
  expect(wrap(`First: ${status}, or ${repair}`, 40)).toBe(`First:\n  ${status}\nor\n  ${repair}`);
  expect(wrap("Look with `aws rds describe-db-instances --region x`; then run again.", 40)).toBe(
    "Look with\n  aws rds describe-db-instances --region x\nthen run again.",
  );
});

test("a number and its unit stay together", () => {
  expect(wrap("Restored it in 458 ms.", 19)).toBe("Restored it in\n458 ms.");
  expect(wrap("it is there for 12 sheep", 18)).toBe("it is there for 12\nsheep");
});

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

import fc from "fast-check";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import { hang } from "../../src/output/hang.js";

test("the tail of an indented line hangs two columns further in", () => {
  expect(hang("Error: boom\n    at handler (file:///a/b/c.mjs:7:13)", 24)).toBe(
    "Error: boom\n    at handler\n      (file:///a/b/c.mjs\n      :7:13)",
  );
  expect(hang("\x1b[31m    at one two three four\x1b[39m", 16)).toBe(
    "\x1b[31m    at one two\n      three four\x1b[39m",
  );
  expect(hang("not indented at all", 12)).toBe("not indented\nat all");
});

test("no line is too long, and nothing is lost", () => {
  const word = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.constantFrom("\x1b[31m", "漢字漢字漢字漢字", "    ", "x".repeat(300)),
  );
  fc.assert(
    fc.property(fc.array(word), fc.integer({ min: 20, max: 90 }), (words, width) => {
      const text = words.join(" ");
      const hung = hang(text, width);
      const bare = (some: string) => some.replace(/[ \n]/g, "");
      expect(bare(hung)).toBe(bare(text));
      for (const line of hung.split("\n")) expect(stringWidth(line.trimEnd())).toBeLessThanOrEqual(width);
    }),
  );
});

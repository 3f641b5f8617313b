import fc from "fast-check";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import { columnsOf } from "../../src/output/width.js";

const marks = ["✓", "✗", "⚠", "→", "…", "—", "·", "─", "é", "ſ", "­", "‏", "️", "⃣", "表", "👩‍👩‍👧", "e\u0301"];
const pieces = fc.oneof(
  fc.constantFrom(...marks),
  fc.string({ unit: "grapheme-ascii" }),
  fc.string({ unit: "binary" }),
  fc.constantFrom("\u001b[2m", "\u001b[0m", "\u001b[1;31m"),
);

test("is what string-width says, for any text", () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 8 }), (parts) => {
      const text = parts.join("");
      expect(columnsOf(text)).toBe(stringWidth(text));
    }),
    { numRuns: 2000 },
  );
});

test("each character that is counted by itself takes one column", () => {
  for (let code = 0x20; code < 0x2800; code += 1) {
    const text = `a${String.fromCharCode(code)}b`;
    expect([code, columnsOf(text)]).toEqual([code, stringWidth(text)]);
  }
});

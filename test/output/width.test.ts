import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import { columnsOf, narrow } from "../../src/output/width.js";

const marks = [
  "✓",
  "✗",
  "○",
  "⚠",
  "→",
  "…",
  "—",
  "·",
  "─",
  "é",
  "ſ",
  "­",
  "‏",
  "️",
  "⃣",
  "表",
  "👩‍👩‍👧",
  "e\u0301",
];
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

test("what we print ourselves asks nothing that knows all scripts", () => {
  const folder = fileURLToPath(new URL("../../src/", import.meta.url));
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  const texts = sources.map((file) => readFileSync(join(folder, file), "utf8"));
  const printed = new Set(texts.join("").match(/[^\0-\x7f]/gu));
  expect([...printed].filter((mark) => !narrow.test(mark))).toEqual([]);
  expect(printed).toContain("○");
});

test("each character that is counted by itself takes one column", () => {
  for (let code = 0x20; code < 0x2800; code += 1) {
    const text = `a${String.fromCharCode(code)}b`;
    expect([code, columnsOf(text)]).toEqual([code, stringWidth(text)]);
  }
});

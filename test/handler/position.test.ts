import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placeOf, utf16Offset } from "../../src/handler/engines/shared/position.js";

const line = fc
  .array(fc.constantFrom("a", " ", "\t", "ä", "😀", "'", "漢"), { maxLength: 12 })
  .map((parts) => parts.join(""));
const lineEnd = fc.constantFrom("\n", "\r\n");

describe("the place of a position that PostgreSQL gives", () => {
  it("is the line and the character that a person counts", () => {
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 6 }),
        lineEnd,
        fc.nat(),
        fc.nat(),
        (lines, end, some, other) => {
          const row = some % lines.length;
          const characters = [...(lines[row] ?? "")];
          const column = other % (characters.length + 1);
          const text = lines.join(end);
          const before = [
            ...lines.slice(0, row).map((one) => one + end),
            characters.slice(0, column).join(""),
          ].join("");
          const position = [...before].length + 1;
          expect(placeOf(text, utf16Offset(text, position))).toEqual({
            line: row + 1,
            column: column + 1,
            excerpt: lines[row],
          });
        },
      ),
    );
  });

  it("is the end where it lies behind the text", () => {
    expect(placeOf("a\nb", utf16Offset("a\nb", 99))).toEqual({ line: 2, column: 2, excerpt: "b" });
  });

  it("has no excerpt where the line is too long to show", () => {
    expect(placeOf("x".repeat(5000), 4999)).toEqual({ line: 1, column: 5000 });
  });
});

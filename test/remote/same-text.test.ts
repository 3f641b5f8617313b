import fc from "fast-check";
import { expect, test } from "vitest";
import { knownTexts, sameText } from "../../src/remote/same-text.js";

test("texts stay what they are, however many there are", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 2 }), { maxLength: 40 }), (texts) => {
      const known = knownTexts();
      expect(texts.map((text) => sameText(known, text))).toEqual(texts);
    }),
  );
});

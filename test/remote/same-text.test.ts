import fc from "fast-check";
import { expect, test } from "vitest";
import { sameText } from "../../src/remote/same-text.js";

test("texts stay what they are, however many there are", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 2 })), (texts) => {
      expect(texts.map(sameText(3))).toEqual(texts);
    }),
  );
});

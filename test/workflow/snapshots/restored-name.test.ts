import fc from "fast-check";
import { expect, test } from "vitest";
import {
  isDatabaseIdentifier,
  oldName,
  restoredName,
} from "../../../src/workflow/snapshots/restored-name.js";

const at = new Date("2026-11-20T10:45:12.345Z");

test("a restored database is named after the original and the time", () => {
  expect(restoredName("shop-prod", at)).toBe("shop-prod-restored-20261120t104512z");
  expect(oldName("shop-prod")).toBe("shop-prod-old");
});

test("whatever the original is called, RDS takes the new name, which is another", () => {
  const identifier = fc
    .stringMatching(/^[a-z][a-z0-9]{0,20}(-[a-z0-9]{1,20}){0,3}$/)
    .map((name) => name.slice(0, 63));
  fc.assert(
    fc.property(identifier.filter(isDatabaseIdentifier), (original) => {
      for (const name of [restoredName(original, at), oldName(original)]) {
        expect(isDatabaseIdentifier(name), name).toBe(true);
        expect(name).not.toBe(original);
      }
      expect(restoredName(original, at)).toContain("20261120t104512z");
    }),
  );
});

test.each(["", "-a", "a-", "a--b", "1a", "a_b", "a.b", `a${"b".repeat(63)}`, "a b"])(
  "%j is no identifier",
  (text) => {
    expect(isDatabaseIdentifier(text)).toBe(false);
  },
);

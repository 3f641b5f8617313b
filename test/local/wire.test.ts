import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FormValue, parseForm } from "../../src/local/endpoint/form.js";
import { toXml } from "../../src/local/endpoint/xml.js";

describe("a form of the query protocol", () => {
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/);
  const scalar = fc.string({ unit: "grapheme", maxLength: 12 });
  // No list directly in a list, and nothing empty: the protocol cannot say either.
  const { structure } = fc.letrec<{ value: FormValue; structure: Record<string, FormValue> }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      scalar,
      fc.array(fc.oneof(scalar, tie("structure")), { minLength: 1, maxLength: 3 }),
      tie("structure"),
    ),
    structure: fc.dictionary(name, tie("value"), { minKeys: 1, maxKeys: 3, depthIdentifier: "form" }),
  }));

  const write = (value: FormValue, path: string, item: string): [string, string][] => {
    if (typeof value === "string") return [[path, value]];
    const prefix = path === "" ? "" : `${path}.`;
    return Array.isArray(value)
      ? value.flatMap((inner, index) => write(inner, `${prefix}${item}.${index + 1}`, item))
      : Object.entries(value).flatMap(([key, inner]) => write(inner, `${prefix}${key}`, item));
  };

  it.each(["member", "Tag"])("is read back as it was meant, lists named %s and in any order", (item) => {
    fc.assert(
      fc.property(structure, fc.infiniteStream(fc.nat()), (value, numbers) => {
        const pairs = write(value, "", item);
        fc.pre(pairs.every(([path]) => path.split(".").length <= 12));
        const shuffled = pairs
          .map((pair) => ({ pair, at: numbers.next().value ?? 0 }))
          .sort((a, b) => a.at - b.at)
          .map(({ pair }) => pair);
        expect(parseForm(new URLSearchParams(shuffled).toString())).toEqual(value);
      }),
    );
  });

  it("is understood or refused, whatever it is", () => {
    const part = fc.constantFrom("A", "Tag", "member", "1", "2", "__proto__", "constructor", "", "x");
    const path = fc.array(part, { maxLength: 14 }).map((parts) => parts.join("."));
    const form = fc.array(fc.tuple(path, fc.string({ maxLength: 4 })), { maxLength: 6 });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          form.map((pairs) => new URLSearchParams(pairs).toString()),
        ),
        (body) => {
          try {
            const parsed = parseForm(body);
            expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
          } catch (error) {
            expect(error).toMatchObject({ code: "MalformedQueryString" });
          }
        },
      ),
    );
    expect(Object.prototype).not.toHaveProperty("A");
  });

  it.each(["A=1&A=2", "A=1&A.B=2", "A.B=1&A=2", `${"A.".repeat(100_000)}A=1`, "A..B=1"])(
    "that says two things of one name, or is too deep, is refused: %.20s",
    (body) => {
      expect(() => parseForm(body)).toThrow(/cannot be understood/);
    },
  );

  it("keeps a list in the order of its numbers, and an empty one is a text", () => {
    const items = Array.from({ length: 12 }, (_, index) => `L.member.${12 - index}=${12 - index}`);
    expect(parseForm(items.join("&"))).toEqual({
      L: Array.from({ length: 12 }, (_, index) => `${index + 1}`),
    });
    expect(parseForm("Tags=")).toEqual({ Tags: "" });
  });
});

describe("XML", () => {
  it("repeats an element for a list's items, and leaves out what there is not", () => {
    expect(toXml({ A: { B: [{ C: 1 }, { C: false }] }, D: undefined, E: [], F: {} })).toBe(
      "<A><B><C>1</C></B><B><C>false</C></B></A><F></F>",
    );
  });

  it("has none of the characters that XML cannot say", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(toXml({ A: text })).toMatch(/^<A>[\t\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*<\/A>$/u);
      }),
    );
    expect(toXml({ A: '<&>"\ud800\0\r' })).toBe("<A>&lt;&amp;&gt;&quot;\ufffd\ufffd&#13;</A>");
  });
});

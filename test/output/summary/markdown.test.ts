import fc from "fast-check";
import { expect, test } from "vitest";
import { block, code, lines, link, table, text } from "../../../src/output/summary/markdown.js";
import { oneLine, visible } from "../../../src/output/text.js";
import { cellCounts, elementsOf, gfmToHtml, seen } from "../../support/gfm.js";

const pieces = fc.constantFrom(
  ..."`|``|```|*|**|_|~~|<|>|</code>|<script>|<img src=x onerror=y>|[a](http://x.example)|![a](b)|http://x.example|www.x.example|a@b.example|\\|\\\\|#|- |1. |&amp;|&#58;|@team|:tada:|--|| |\n|\r\n|\t|::|$x$|x".split(
    "|",
  ),
  "|",
  "\\|",
);
const hostile = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(pieces, { maxLength: 10 }).map((parts) => parts.join("")),
);
const blanks = (shown: string) => shown.replace(/\s+/g, " ").trim();

test("in a cell foreign text is what it is, and nothing of it is read", () => {
  fc.assert(
    fc.property(hostile, hostile, (first, second) => {
      const page = table(["A", "B", "C"], [[text(first), code(second), lines(first)]]).join("\n");
      const html = gfmToHtml(page);
      const { names, links } = elementsOf(html);
      expect(["table", "thead", "tbody", "tr", "th", "td", "code", "br"]).toEqual(
        expect.arrayContaining([...names]),
      );
      expect(links).toEqual([]);
      expect(cellCounts(html)).toEqual([3, 3]);
      const cells = [...html.matchAll(/<td>([\s\S]*?)<\/td>/g)].map(([, cell = ""]) => blanks(seen(cell)));
      expect(cells).toEqual([oneLine(first), oneLine(second), visible(first)].map(blanks));
    }),
    { numRuns: 1_000 },
  );
});

test("in a block foreign text stands as it is", () => {
  fc.assert(
    fc.property(hostile, (foreign) => {
      const html = gfmToHtml(["before", "", ...block(foreign, "sql"), "", "after"].join("\n"));
      const { names } = elementsOf(html);
      expect(["p", "pre", "code"]).toEqual(expect.arrayContaining([...names]));
      expect(html).toContain("<p>after</p>");
      const [, inside = ""] = /<code[^>]*>([\s\S]*)<\/code>/.exec(html) ?? [];
      expect(seen(inside).trimEnd()).toBe(visible(foreign).trimEnd());
    }),
    { numRuns: 1_000 },
  );
});

test("a link goes where it was meant to go", () => {
  const url = "https://eu-west-1.console.aws.amazon.com/x/home?region=eu-west-1#a:b=$252F";
  const html = gfmToHtml(link(code("[a](b)|<i>"), url));
  expect(elementsOf(html).links).toEqual([url]);
  expect(seen(html)).toBe("[a](b)|<i>");
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { masked, textOf } from "../.config/pictures/mask.js";
import type { Cell } from "../.config/pictures/session.js";
import { svgOf } from "../.config/pictures/svg.js";
import { takePictures } from "../.config/pictures.js";
import { hasTool } from "./support/tools.js";

const root = fileURLToPath(new URL("../", import.meta.url));

/** The lines of a picture as they are selected, without the blank ones between and the space before each. */
function linesOf(svg: string): string[] {
  return [...svg.matchAll(/<text [^>]*>(.*)<\/text>/g)].map(([, line = ""]) =>
    line
      .replace(/<\/?tspan[^>]*>/g, "")
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&amp;", "&"),
  );
}

const plain = (text: string): Cell[] => [...text].map((one) => ({ text: one, look: "" }));

describe.skipIf(!hasTool("python3"))("the README's pictures", () => {
  test("show what the program prints today; `npm run docs` takes them", { timeout: 180_000 }, async () => {
    const pictures = await takePictures();
    expect(pictures).toHaveLength(3);
    const readme = readFileSync(join(root, "README.md"), "utf8");
    for (const { path, lines } of pictures) {
      const shown = linesOf(readFileSync(join(root, path), "utf8"));
      expect(shown).toEqual(lines.map((line) => textOf(line).trim()).filter((line) => line !== ""));
      expect(readme).toContain(`(${path})`);
    }
    const [status, run, failure] = pictures.map(({ lines }) => lines.map(textOf).join("\n"));
    expect(status).toContain("4 migrations pending");
    expect(run).toContain("✓ Applied 4 migrations");
    expect(failure).toContain('column "created" does not exist');
  });
});

test.each([
  [
    "run 20261121T183712Z-2af5d43d, request ae1d9aaf-45da-4425-b73b-ba05ace1aaf8",
    "run 20261120T104512Z-9f3c1a7e, request 8f5a2c31-0b7e-4d53-9a51-6f2f2f0e7c11",
  ],
  ["  ✓ 001_a     applied  31 ms", "  ✓ 001_a     applied  4 ms"],
  ["18:37:12  Applied 001_a in 3 ms", "10:45:12  Applied 001_a in 4 ms"],
  ["  database d on 127.0.0.1:40321, PostgreSQL 18.4", "  database d on 127.0.0.1:38943, PostgreSQL 18.4"],
  ["13 log lines, 2 of them late, none missing", "13 log lines, none missing"],
  ["✓ Up to date at 004.", "✓ Up to date at 004."],
])("%j is shown as %j", (line, wanted) => {
  expect(textOf(masked(plain(line)))).toBe(wanted);
});

test("a picture says exactly what stood there, whatever that was", () => {
  const cell = fc.record({
    text: fc.oneof(fc.constantFrom("<", ">", "&", '"', " "), fc.string({ minLength: 1, maxLength: 1 })),
    look: fc.constantFrom("", "bold", "dim green"),
  });
  const printable = cell.filter(({ text }) => !/\p{Cc}/u.test(text));
  const line = fc.array(printable, { maxLength: 80 }).filter((cells) => textOf(cells).trim() !== "");
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const trimmed = lines.map((cells) => textOf(cells).replace(/^ +/, ""));
      expect(linesOf(svgOf(lines, "a <b>"))).toEqual(trimmed);
    }),
  );
});

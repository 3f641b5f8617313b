import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { groupOfCheck } from "../../src/workflow/results/doctor.js";

const page = readFileSync(new URL("../../docs/troubleshooting.md", import.meta.url), "utf8");
const [symptoms = "", every = ""] = page.split("## Every check");
const rowsOf = (text: string) =>
  [...text.matchAll(/^\| (.*?) \| (.*?) \|/gm)].map(([, first = "", second = ""]) => ({
    first,
    codes: [...second.matchAll(/`([a-z]+(?:_[a-z]+)*)`/g)].map(([, code = ""]) => code),
  }));

test("the page lists every check under its group", () => {
  const listed = rowsOf(every).flatMap(({ first, codes }) => codes.map((code) => [code, first]));
  expect(Object.fromEntries(listed)).toEqual(groupOfCheck);
});

test("behind every symptom stands a check that there is", () => {
  const rows = rowsOf(symptoms).filter(({ first }) => first !== "---" && first !== "what you see");
  expect(rows.length).toBeGreaterThan(20);
  const known = [...Object.keys(groupOfCheck), "doctor", "unknown", "available"];
  for (const { first, codes } of rows) {
    expect(codes.filter((code) => code in groupOfCheck).length, first).toBeGreaterThan(0);
    expect(
      codes.filter((code) => !known.includes(code)),
      first,
    ).toEqual([]);
  }
});

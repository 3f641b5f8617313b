import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readDirectory } from "../../src/handler/engines/sql/source.js";
import { hasTool } from "../support/tools.js";

const text = readFileSync(new URL("../../docs/handler.md", import.meta.url), "utf8");
const block = (language: string) => new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(text)?.[1] ?? "";
const fixture = JSON.parse(readFileSync(new URL("../fixtures/wire/notices.json", import.meta.url), "utf8"));

test("every variable that the far side reads is told", () => {
  const folders = ["environment", "notices"].map(
    (name) => new URL(`../../src/handler/${name}/`, import.meta.url),
  );
  const sources = folders.flatMap((folder) =>
    readdirSync(folder).map((file) => readFileSync(new URL(file, folder), "utf8")),
  );
  const read = sources.flatMap(
    (source) => source.match(/(?<!Number\.)\b(?:DbConnStr|[A-Z]{2,}(?:_[A-Z]+)+|PG[A-Z]{4,})\b/g) ?? [],
  );
  // Lambda sets these itself.
  const given = ["AWS_REGION", "AWS_LAMBDA_FUNCTION_NAME", "NODE_PATH"];
  const names = [...new Set(read)].filter((name) => !given.includes(name));
  expect(names.length).toBeGreaterThan(15);
  expect(names.filter((name) => !text.includes(name))).toEqual([]);
});

test("the notice is shown as it is sent, and every metric by its name", () => {
  expect(block("text")).toBe(fixture.cases[0].notice.message);
  const shown = [...text.matchAll(/^\| `([A-Z]\w+)` +\| /gm)].map((match) => match[1]);
  expect(shown).toEqual(Object.keys(fixture.cases[0].metrics));
});

test.skipIf(!hasTool("python3"))("a Python map becomes files that the SQL engine reads", async () => {
  const folder = mkdtempSync(join(tmpdir(), "map-"));
  try {
    const migrations = {
      "001_init": "\nCREATE TABLE a (note text DEFAULT 'ünï\\code');\n",
      "002_more": "SELECT 1",
    };
    writeFileSync(
      join(folder, "lambda_function.py"),
      `import missing_driver\nMIGRATIONS = {\n    "001_init": """\nCREATE TABLE a (note text DEFAULT 'ünï\\\\code');\n""",\n    "002_more": "SELECT 1",\n}\nraise SystemExit("executed")\n`,
    );
    const printed = execFileSync("bash", ["-c", block("sh")], { cwd: folder, encoding: "utf8" });
    expect(printed.trim().split("\n")).toEqual(Object.keys(migrations));
    const source = await readDirectory(join(folder, "migrations"));
    expect(Object.fromEntries(source.migrations.map(({ revision, sql }) => [revision, sql]))).toEqual(
      migrations,
    );
    expect(source.problems).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

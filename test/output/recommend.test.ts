import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { commandsBelow, programToRead } from "../../.config/commands.js";
import { givenOn } from "../../src/cli/given.js";
import {
  completeCommands,
  completeFields,
  completeLines,
  recommendable,
} from "../../src/output/recommend.js";
import { wrap } from "../../src/output/text.js";

const words = " --config ci.json --region eu-west-1";
const given = { words, stage: "" };
const nothing = { words: "", stage: "" };

test("every command of the tree can be recommended", () => {
  const paths = commandsBelow(programToRead().program).map(([path]) => path);
  const typedOnce = ["", "completion", "help"];
  expect([...recommendable].sort()).toEqual(paths.filter((path) => !typedOnce.includes(path)).sort());
});

test.each([
  ["See: migrate-remote status --stage dev", `See: migrate-remote status${words} --stage dev`],
  ["Make one: migrate-remote init. Or not.", `Make one: migrate-remote init${words}. Or not.`],
  ["`migrate-remote snapshot list`.", `\`migrate-remote snapshot list${words}\`.`],
  [
    "migrate-remote snapshot restore shop-1 --stage prod",
    `migrate-remote snapshot restore${words} shop-1 --stage prod`,
  ],
  [
    "migrate-remote run --stage a --fix-history, or migrate-remote fix-history",
    `migrate-remote run${words} --stage a --fix-history, or migrate-remote fix-history${words}`,
  ],
  [
    "Take another one: migrate-remote snapshot --stage a",
    `Take another one: migrate-remote snapshot${words} --stage a`,
  ],
  ["Open it: migrate-remote local --stage a", `Open it: migrate-remote local${words} --stage a`],
])("%s", (text, completed) => {
  expect(completeCommands(text, given)).toBe(completed);
  expect(completeCommands(completed, given)).toBe(completed);
  expect(completeCommands(text, nothing)).toBe(text);
});

test.each([
  "migrate-remote local is stopping; run the command again",
  "The snapshots that migrate-remote made.",
  "See migrate-remote run --help.",
  "### migrate-remote run: prod",
  "/usr/bin/migrate-remote runner",
  'psql "service=migrate-remote dbname=run"',
])("no command to type: %s", (text) => {
  expect(completeLines(text, given, 80)).toBe(text);
});

test("of a result only what names a command changes, not what a database, a function or a file says", () => {
  const sql = "-- undo it: migrate-remote status";
  const result = {
    command: "run",
    migrations: [{ revision: "migrate-remote run", sql }],
    error: { message: "migrate-remote run", hint: "migrate-remote runs" },
    wayBack: { restoreCommand: "migrate-remote snapshot restore a" },
    checks: [{ fix: "migrate-remote deploy" }],
    next: ["migrate-remote doctor"],
  };
  expect(completeFields(result, given)).toEqual({
    command: "run",
    migrations: [{ revision: "migrate-remote run", sql }],
    error: { message: "migrate-remote run", hint: `migrate-remote runs${words}` },
    wayBack: { restoreCommand: `migrate-remote snapshot restore${words} a` },
    checks: [{ fix: `migrate-remote deploy${words}` }],
    next: [`migrate-remote doctor${words}`],
  });
  expect(completeLines(sql, given, 80)).toBe(sql);
});

test("a line that becomes too long has its command whole on a line of its own", () => {
  const line = "  Mend the first one, then: migrate-remote doctor --stage dev";
  expect(completeLines(line, { words: " --config deployment/of/the/shop.json", stage: "" }, 80)).toBe(
    "  Mend the first one, then:\n    migrate-remote doctor --config deployment/of/the/shop.json --stage dev",
  );
});

test.each([
  ["See `migrate-remote status`.", "See `migrate-remote status --stage dev`."],
  ["migrate-remote run --plan a.json", "migrate-remote run --stage dev --plan a.json"],
  ["migrate-remote status --stage prod", "migrate-remote status --stage prod"],
  ["migrate-remote run -s prod", "migrate-remote run -s prod"],
  [
    "See: migrate-remote status. Then: migrate-remote run --stage dev",
    "See: migrate-remote status --stage dev. Then: migrate-remote run --stage dev",
  ],
  ["Make one: migrate-remote init. Or", "Make one: migrate-remote init. Or"],
])("the stage that was given, where none is named: %s", (text, completed) => {
  expect(completeCommands(text, { words: "", stage: " --stage dev" })).toBe(completed);
  expect(completeCommands(completed, { words: "", stage: " --stage dev" })).toBe(completed);
});

test("whatever was given, a shell reads it back, and no line break parts it", () => {
  const value = fc
    .string({ minLength: 1, maxLength: 30, unit: "grapheme" })
    .filter((text) => !/[\p{Cc}\u2028\u2029]/u.test(text));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 8 }), (values) => {
      const hints = values.map((config) => {
        const given = givenOn({ config });
        const hint = completeCommands(
          "See what stands, and go on when you know: migrate-remote attach X --stage dev. Then wait.",
          given,
        );
        const lines = wrap(hint, 40)
          .split("\n")
          .map((line) => line.trim());
        return { config, line: lines.find((line) => line.startsWith("migrate-remote ")) ?? "", given };
      });
      const script = hints.map(({ line }) => line.replace("migrate-remote", "printf '%s\\0'")).join("\n");
      const printed = execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
      const expected = hints.flatMap(({ config, given }) => [
        "attach",
        ...(given.words === "" ? [] : ["--config", config]),
        ...["X", "--stage", "dev"],
      ]);
      expect(printed).toEqual(expected);
    }),
    {
      numRuns: 40,
      examples: [[["deploy/.", ".", "a,", "it's. so", "a, or b", "x   y", "a; b", "`c`", "\\"]]],
    },
  );
});

test("what looks like a secret, or would break a line, is not repeated", () => {
  expect(givenOn({ config: "a.json", profile: "password=hunter2", region: "eu west" })).toEqual({
    words: " --config a.json --region 'eu west'",
    stage: "",
  });
  expect(givenOn({ config: "a\nb.json" })).toEqual(nothing);
  expect(givenOn({})).toEqual(nothing);
});

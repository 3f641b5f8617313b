import { expect, test } from "vitest";
import { withoutHyperlinks } from "../../src/output/hyperlink.js";
import { resultText } from "../../src/output/present.js";
import { makeStyle } from "../../src/output/style.js";
import { columnsOf } from "../../src/output/width.js";
import type { CommandResult } from "../../src/workflow/results.js";

const long = `https://eu-west-1.console.aws.amazon.com/${"x".repeat(200)}`;
const links = { function: `${long}/f`, logs: `${long}/l`, snapshot: `${long}/s` };
const target = { stage: "prod", function: "shop-migrate", contract: "migrate-remote", protected: true };
const history = {
  currentRevisions: ["001"],
  headRevisions: ["001"],
  pending: [],
  problems: [],
  migrations: [],
};

const run: CommandResult = {
  ...target,
  ...history,
  command: "run",
  dryRun: false,
  runId: "r-1",
  outcome: "nothing_to_do",
  evidence: "report",
  planKnown: true,
  planned: [],
  applied: [],
  appliedKnown: true,
  recorded: [],
  removed: [],
  logs: {
    group: "/aws/lambda/f",
    stream: "2026/11/20/[$LATEST]0",
    lines: 1,
    late: 0,
    missing: 0,
    ended: true,
  },
  wayBack: { kind: "snapshot", snapshotId: "migrate-remote-prod-1" },
  durationMs: 5,
};
const snapshot = {
  id: "migrate-remote-prod-1",
  kind: "instance" as const,
  database: "d",
  status: "available",
  percent: 100,
};
const taken: CommandResult = { ...target, command: "snapshot", action: "create", snapshot, durationMs: 5 };

const style = (env: Record<string, string>, isTerminal = true, isPipeline = false) =>
  makeStyle({ verbose: false, color: true, isTerminal, isPipeline, columns: 80, env });

test.each([
  ["run", run, [`${long}/f`, `${long}/l`, `${long}/s`]],
  ["snapshot", taken, [`${long}/f`, `${long}/s`]],
] as const)(
  "%s: a terminal has the pages behind the words, and looks as it does without",
  (_, result, pages) => {
    const linked = resultText(result, style({ TERM: "xterm-kitty" }), links);
    const opened = [...linked.matchAll(/\u001b\]8;;([^\u001b]+)\u001b\\/g)].map(([, url]) => url);
    expect(opened).toEqual(pages);
    expect(withoutHyperlinks(linked)).toBe(resultText(result, style({ TERM: "xterm" }), links));
    for (const line of linked.split("\n")) expect(columnsOf(line)).toBeLessThanOrEqual(80);
    // Each is ended where it began, on its own line.
    for (const line of linked.split("\n")) expect([...line.matchAll(/\u001b\]8;/g)].length % 2).toBe(0);
  },
);

test.each([
  ["run", run],
  ["snapshot", taken],
] as const)("%s: in a pipeline's log each address is whole, in a pipe there is none", (_, result) => {
  const written = resultText(result, style({ NO_COLOR: "1" }, true, true), links);
  expect(written).toContain(`  function  ${links.function}\n`);
  expect(written).toContain(`  snapshot  ${links.snapshot}\n`);
  expect(resultText(result, style({}, false), links)).not.toContain("https://");
});

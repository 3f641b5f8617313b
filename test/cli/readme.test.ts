import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exitCodes } from "../../src/cli/exit-code.js";
import { lintRules } from "../../src/contract/lint-rules.js";
import { rules } from "../../src/contract/rules.js";
import { readDirective } from "../../src/contract/sql/directive.js";
import { localStage, makeProject, type Project } from "../support/project.js";
import type { SignalSource } from "../support/run-cli.js";

const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const review = readFileSync(new URL("../../docs/review.md", import.meta.url), "utf8");
const commands = [...readme.matchAll(/^migrate-remote ([^#\n]+)/gm)].map((match) => (match[1] ?? "").trim());

let project: Project;
beforeAll(async () => {
  project = await makeProject({
    migrations: { "001_a.sql": "CREATE TABLE a (id int);", "002_b.sql": "CREATE TABLE b (id int);" },
    config: {
      stages: { dev: localStage, prod: localStage },
      defaultStage: "dev",
    },
    files: {
      "aws.json": JSON.stringify({ project: "shop", contract: "migrate-remote", stages: { prod: {} } }),
    },
  });
});
afterAll(() => project.dispose());

test("the README shows commands", () => {
  expect(commands.length).toBeGreaterThan(8);
});

// In the README's order, on one database: each must be understood and end as the README says, never as an error.
let lastRun = "";
let lastRequest = "";
let lastSnapshot = "";

describe.sequential("every command in the README does what it says", () => {
  test.each(commands)("migrate-remote %s", async (line) => {
    const placeholders: Record<string, string> = {
      "RUN-ID": lastRun,
      "REQUEST-ID": lastRequest,
      "SNAPSHOT-ID": lastSnapshot,
    };
    const words = line.replace(/ >>? \S+$/, "").split(/\s+/);
    const argv = words.map((word) => placeholders[word] ?? word.replace(/^'(.*)'$/, "$1"));
    // What it writes for a pipeline is for stages that AWS serves; it asks AWS nothing.
    if (argv[0] === "init") argv.push("--config", "aws.json");
    if (argv[0] === "local") return holdAndInterrupt(argv);
    if (argv.includes("--follow")) return followAndInterrupt(argv);
    const end = await project.cli(argv);
    expect(end.exitCode, end.stdout + end.stderr).toBe(argv.includes("--exit-code") ? 3 : 0);
    lastSnapshot = /\bmigrate-remote-prod-\d{8}t\d{6}z[a-z0-9-]*/.exec(end.stdout)?.[0] ?? lastSnapshot;
    // Runs that the README asks for again are of dev.
    if (argv.includes("prod")) return;
    lastRun = /\b\d{8}T\d{6}Z-[0-9a-f]{8}\b/.exec(end.stdout)?.[0] ?? lastRun;
    lastRequest = /\brequest ([0-9a-f-]{36})/.exec(end.stdout)?.[1] ?? lastRequest;
  });
});

/** The stages here have other names than the README's. */
async function holdAndInterrupt(argv: string[]) {
  const signals: SignalSource = { listeners: new Set() };
  let said = "";
  const options = argv.slice(1).map((word) => (word === "local" ? "dev" : word));
  const running = project.cli(["local", ...options], { signals, onStdout: (text) => (said += text) });
  await expect.poll(() => said, { timeout: 60_000 }).toMatch(/\n$/);
  for (const listener of signals.listeners) listener("SIGINT");
  expect((await running).exitCode).toBe(0);
}

async function followAndInterrupt(argv: string[]) {
  const signals: SignalSource = { listeners: new Set() };
  const running = project.cli(argv, { signals });
  await expect.poll(() => signals.listeners.size).toBe(1);
  for (const listener of signals.listeners) listener("SIGINT");
  expect((await running).exitCode).toBe(130);
}

test("whoever has Prisma is told the engine that the handler was made for", () => {
  const { peerDependencies } = JSON.parse(
    readFileSync(new URL("../../package.json", import.meta.url), "utf8"),
  );
  const named = [...readme.matchAll(/^npm install .*(@prisma\/schema-engine-wasm)@(\S+)$/gm)];
  expect(named.map(([, name, version]) => ({ [name ?? ""]: version }))).toEqual([
    { "@prisma/schema-engine-wasm": peerDependencies["@prisma/schema-engine-wasm"] },
  ]);
});

test("the table of exit codes is the code's own, and so is the help's", async () => {
  const rows = [...readme.matchAll(/^\| (\d+) +\| (.+?) +\|$/gm)].map((match) => [match[1], match[2]]);
  expect(rows).toEqual(Object.entries(exitCodes));
  const help = (await project.cli(["--help"])).stdout.replace(/\s+/g, " ");
  for (const meaning of Object.values(exitCodes)) expect(help).toContain(meaning);
});

test("the table of rules is the code's own", () => {
  const rows = [...review.matchAll(/^\| `([\w-]+)` +\| (loss|lock|note) +\| (.+?) +\|$/gm)];
  expect(rows.map(([, name, severity, what]) => [name, [severity, what]])).toEqual(Object.entries(rules));
});

test("so is the table of lint's rules", () => {
  const rows = [...review.matchAll(/^\| (error|warning|note) \| `([\w-]+)` \| (.+?) \|$/gm)];
  expect(rows.map(([, level, name, what]) => [name, [level, what]])).toEqual(Object.entries(lintRules));
});

test("the comments that are shown allow what they name", () => {
  const comment = /^-- migrate-remote: allow .*$/m.exec(review)?.[0] ?? "";
  expect(readDirective(comment)).toEqual({ kind: "allow", rules: ["drop-column", "truncate"] });
  const short = /-- migrate-remote: allow [^`]*/.exec(readme)?.[0] ?? "";
  expect(readDirective(short)).toEqual({ kind: "allow", rules: ["drop-column"] });
});

test("what the README's list leads to is there", () => {
  const anchors = [...readme.matchAll(/^## (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\w -]/g, "")
      .replaceAll(" ", "-"),
  );
  const led = [...readme.matchAll(/\]\(#([\w-]+)\)/g)].map(([, anchor]) => anchor ?? "");
  expect(led.length).toBeGreaterThan(10);
  expect(led.filter((anchor) => !anchors.includes(anchor))).toEqual([]);
});

test("the scripts that the README names exist", () => {
  const { scripts } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  for (const [, script] of readme.matchAll(/npm run ([\w:]+)/g))
    expect(scripts).toHaveProperty([script ?? ""]);
});

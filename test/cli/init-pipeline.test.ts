import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { runCli } from "../support/run-cli.js";

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "migrate-remote-init-"));
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

const stages = {
  local: { local: { handler: "handler.handler" } },
  dev: { region: "eu-west-1" },
  prod: {
    region: "eu-west-1",
    account: "123456789012",
    database: { instance: "shop-prod" },
    confirmPhrase: `go \${{ github.token }}`,
  },
};
const config = { project: "shop", contract: "migrate-remote", defaultStage: "local", stages };
const cli = (...argv: string[]) => runCli(argv, { cwd, env: {} });

async function open(given: object = config, folder = ".") {
  await mkdir(join(cwd, folder, "migrations"), { recursive: true });
  await writeFile(join(cwd, folder, ".migraterc.json"), JSON.stringify(given));
  await writeFile(join(cwd, folder, "migrations/001_a.sql"), "CREATE TABLE a (id int);");
  await writeFile(join(cwd, folder, "migrations/002_b.sql"), "CREATE TABLE b (id int);");
}

test("without a yes the workflows are shown and not written; with --yes they are, and never over others", async () => {
  await open();
  const shown = await cli("init", "--github-actions");
  expect(shown.exitCode).toBe(0);
  expect(shown.stdout).toContain('run --stage "$STAGE" --require-head --wait-lock 15m');
  expect(shown.stdout).toContain("Nothing was written");
  expect(await readdir(cwd)).not.toContain(".github");

  const written = await cli("init", "--github-actions", "--yes");
  expect(written.exitCode).toBe(0);
  const folder = join(cwd, ".github/workflows");
  expect((await readdir(folder)).sort()).toEqual([
    "migrate-production.yml",
    "migrate-review.yml",
    "migrate.yml",
  ]);
  const deploy = parse(await readFile(join(folder, "migrate.yml"), "utf8"));
  expect(deploy.on.workflow_dispatch.inputs.stage.options).toEqual(["dev"]);

  await rm(join(folder, "migrate.yml"));
  const again = await cli("init", "--github-actions", "--yes", "--json");
  expect(again.exitCode).toBe(2);
  expect(again.json().error).toMatchObject({ code: "file_exists" });
  expect(await readdir(folder)).toHaveLength(2);
});

test.each([
  ["requirements.txt", "flask\n", /-r "\$REQUIREMENTS"\n$/, { REQUIREMENTS: "back/requirements.txt" }],
  ["pyproject.toml", '[project]\ndependencies = ["flask"]\n', /alembic psycopg2-binary\n$/, undefined],
])(
  "the review of Alembic's migrations installs what %s says, or what there always is",
  async (file, text, run, env) => {
    await open(config, "services/api");
    await mkdir(join(cwd, ".git"));
    const back = join(cwd, "services/api/back");
    await mkdir(join(back, "migrations/versions"), { recursive: true });
    await writeFile(join(back, "alembic.ini"), "[alembic]\nscript_location = migrations\n");
    await writeFile(join(back, file), text);
    const end = await runCli(["init", "--github-actions", "--json"], {
      cwd: join(cwd, "services/api"),
      env: {},
    });
    const review = end.json().files.find(({ path }: { path: string }) => path.endsWith("migrate-review.yml"));
    const { steps } = parse(review.content).jobs.review;
    const install = steps.at(-2);
    expect(install).toMatchObject({ "working-directory": "services/api", run: expect.stringMatching(run) });
    expect(install.env).toEqual(env);
    expect(steps.at(-1).run).toContain("lint --base");
  },
);

test("in a folder of a repository: the workflows go to its root, and work in the folder", async () => {
  await mkdir(join(cwd, ".git"));
  await open(config, "services/api");
  const end = await runCli(["init", "--github-actions", "--yes"], {
    cwd: join(cwd, "services/api"),
    env: {},
  });
  expect(end.exitCode, end.stderr).toBe(0);
  const deploy = parse(await readFile(join(cwd, ".github/workflows/migrate.yml"), "utf8"));
  expect(deploy.jobs.migrate.steps.at(-1)).toMatchObject({
    name: "Migrate",
    "working-directory": "services/api",
  });
});

test("a contract without a dry-run has no plan in its workflow", async () => {
  await open({ ...config, contract: "empty-event" });
  const { files } = (await cli("init", "--github-actions", "--json")).json();
  const production = files.find(({ path }: { path: string }) =>
    path.endsWith("migrate-production.yml"),
  ).content;
  expect(production).not.toContain("--dry-run");
  expect(parse(production).on.workflow_dispatch.inputs).toHaveProperty("without-plan");
  expect(production).not.toContain(`\${{ github.token }}`);
});

test("policies are printed for every stage that AWS serves, or for the one that is named, and as data", async () => {
  await open();
  const all = (await cli("init", "--iam", "--json")).json();
  expect(all.stages.map(({ stage }: { stage: string }) => stage)).toEqual(["dev", "prod"]);
  const one = (await cli("init", "--iam", "--stage", "prod", "--json")).json();
  expect(one.stages).toHaveLength(1);
  expect(one.stages[0].policies.map(({ role }: { role: string }) => role)).toEqual([
    "operator",
    "reader",
    "handler",
  ]);
  const text = await cli("init", "--iam", "--stage", "prod");
  expect(text.exitCode).toBe(0);
  expect(text.stdout).toContain("arn:aws:rds:eu-west-1:123456789012:snapshot:migrate-remote-prod-*");
  expect(text.stdout).toContain("the right to invoke it is the right to migrate");
  for (const document of text.stdout.matchAll(/^\{\n.*?^\}$/gms))
    expect(() => JSON.parse(document[0])).not.toThrow();
});

test("alarms are the template alone, to be piped into a file", async () => {
  await open();
  const { stdout, exitCode } = await cli("init", "--alarms", "cloudformation", "--stage", "prod");
  expect(exitCode).toBe(0);
  expect(parse(stdout, { logLevel: "silent" }).AWSTemplateFormatVersion).toBe("2010-09-09");
  const data = (await cli("init", "--alarms", "terraform", "--stage", "prod", "--json")).json();
  expect(data).toMatchObject({ action: "alarms", stage: "prod", format: "terraform", notes: [] });
  expect(data.template).toContain('engine = "sql"');
});

test("what a stage of this machine has no use for, and jobs that exclude each other, are refused by name", async () => {
  await open({ ...config, stages: { local: stages.local } });
  for (const flag of [["--github-actions"], ["--iam"], ["--alarms", "terraform"]]) {
    const end = await cli("init", ...flag, "--json");
    expect(end.exitCode).toBe(2);
    expect(end.json().error.code).toBe("no_remote_stage");
  }
  const both = await cli("init", "--iam", "--alarms", "terraform", "--json");
  expect(both.exitCode).toBe(2);
  expect(both.json().error.message).toContain("--iam and --alarms");
});

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { elementsOf, gfmToHtml, seen } from "../support/gfm.js";
import { localStage, makeProject, type Project } from "../support/project.js";
import { dist, runCli } from "../support/run-cli.js";
import { commandsIn } from "../support/workflow-commands.js";

const hostileLines = ["::add-mask::a", "  ::error::injected", "see ##[error]boo", "::stop-commands::x"];

/** Our handler, in a function that says what it likes. */
const handler = `import { createHandler, sql } from ${JSON.stringify(pathToFileURL(join(dist, "handler.js")).href)};
const ours = createHandler({
  engine: sql({ migrations: await migrations() }),
  database: () => process.env.DATABASE_URL,
});
async function migrations() {
  const { readFile } = await import("node:fs/promises");
  return JSON.parse(await readFile(new URL("./map.json", import.meta.url), "utf8"));
}
export const handler = (event, context) => {
  for (const line of ${JSON.stringify(hostileLines)}) console.log(line);
  return ours(event, context);
};
`;

const hostileName = "002_drop`|<img src=x>*::error::y*";
const first = "CREATE TABLE notes (id int, body text);";
const drop = "ALTER TABLE notes DROP COLUMN body;";

describe("a job of GitHub Actions", () => {
  let project: Project;
  let file: string;
  let env: Record<string, string>;
  let count = 0;
  beforeAll(async () => {
    // The story of one database, told step by step.
    const guarded = { ...localStage, protected: true, snapshot: { none: "a test" } };
    project = await makeProject({
      config: { stages: { live: guarded } },
      files: { "handler.mjs": handler, "map.json": JSON.stringify({ "001_notes": first }) },
    });
  });
  afterAll(() => project.dispose());
  beforeEach(() => {
    count += 1;
    file = join(project.cwd, `summary-${count}.md`);
    env = { GITHUB_ACTIONS: "true", CI: "true", GITHUB_STEP_SUMMARY: file };
  });

  const summary = () => readFile(file, "utf8");
  const migrations = (map: Record<string, string>) => project.write({ "map.json": JSON.stringify(map) });
  const names = (text: string) => [...new Set(commandsIn(text).map(({ name }) => name))].sort();

  test("a run folds the function's lines, obeys none of them, and writes what it did on the job's page", async () => {
    const end = await project.cli(["run", "--confirm"], { env });
    expect(end.exitCode, end.stdout + end.stderr).toBe(0);
    expect(commandsIn(end.stdout)).toEqual([]);
    expect(names(end.stderr)).toEqual(["endgroup", "group"]);
    const folded = /^::group::Logs of run (\S+)\n([\s\S]*?)^::endgroup::$/m.exec(end.stderr);
    for (const word of ["add-mask::a", "error::injected", "#[error]boo", "stop-commands::x"])
      expect(folded?.[2]).toContain(word);

    const html = gfmToHtml(await summary());
    expect(seen(html)).toContain("✓ Applied 1 migration to live in");
    for (const told of ["001_notes", folded?.[1] ?? "?", "/aws/lambda/", "none: a test", "Exit code"])
      expect(seen(html)).toContain(told);
    expect(seen(html)).toMatch(/0: done(?!:)/);
    expect(seen(html)).toContain(first);
    expect(elementsOf(html).links).toEqual([]);
  });

  test("what is refused says why beside the job, and what the plan was", async () => {
    await migrations({ "001_notes": first, [hostileName]: drop });
    const end = await project.cli(["run", "--confirm"], { env });
    expect(end.exitCode).toBe(5);
    const told = commandsIn(end.stderr).filter(({ name }) => name === "error" || name === "warning");
    expect(told.map(({ name, properties }) => [name, properties.title])).toEqual([
      ["error", "migrate-remote run live: destructive"],
      ["warning", "migrate-remote run live: drop-column"],
    ]);
    expect(told[0]?.data).toContain("--allow-destructive");
    expect(told[1]?.data).toContain(`${hostileName}: destroys data: drops column notes.body (line 1)`);
    const html = gfmToHtml(await summary());
    expect(seen(html)).toContain(hostileName);
    expect(seen(html)).toContain("drops column notes.body");
    expect(elementsOf(html).names.has("img")).toBe(false);
  });

  test("--json leaves one object on stdout, and what the server obeys goes to stderr", async () => {
    await migrations({ "001_notes": first, [`${hostileName}##[error]z`]: drop });
    const end = await project.cli(["status", "--json", "--quiet"], { env });
    expect(end.exitCode).toBe(0);
    expect(end.json()).toMatchObject({
      command: "status",
      pending: [`${hostileName}##[error]z`],
      exitCode: 0,
    });
    expect(end.json()).not.toHaveProperty("links");
    expect(commandsIn(end.stdout)).toEqual([]);
    expect(names(end.stderr)).toEqual(["warning"]);
    expect(seen(gfmToHtml(await summary()))).toContain("1 migration pending, 1 that may destroy data");
  });

  test("a failure's own words are words, and its secrets stay secret", async () => {
    const words = "boo\\n::error::x\\n##[add-mask]y postgres://admin:hunter2secret@db/shop";
    await migrations({ "001_notes": first, "002_fails": `DO $$ BEGIN RAISE EXCEPTION E'${words}'; END $$;` });
    const end = await project.cli(["run", "--confirm", "--allow-destructive"], { env });
    expect(end.exitCode, end.stdout + end.stderr).toBe(4);
    expect(commandsIn(end.stdout)).toEqual([]);
    const errors = commandsIn(end.stderr).filter(({ name }) => name === "error");
    expect(errors).toHaveLength(1);
    expect(errors[0]?.properties.title).toBe("migrate-remote run live: migration_failed");
    expect(errors[0]?.data).toContain("::error::x");
    const page = await summary();
    expect(seen(gfmToHtml(page))).toContain("✗ Failed; no migration was applied");
    for (const text of [page, errors[0]?.data]) expect(text).not.toContain("hunter2secret");
  });

  test("a page that cannot be written is a warning and changes nothing else", async () => {
    await migrations({ "001_notes": first });
    env.GITHUB_STEP_SUMMARY = join(project.cwd, "no", "such", "folder.md");
    const end = await project.cli(["status", "--json"], { env });
    expect(end.exitCode).toBe(0);
    expect(end.json().warnings).toEqual([
      {
        code: "summary_not_written",
        message: expect.stringContaining("The job summary could not be written"),
      },
    ]);
    expect(commandsIn(end.stderr)).toMatchObject([
      { name: "warning", properties: { title: "migrate-remote status live: summary_not_written" } },
    ]);
    await mkdir(join(project.cwd, "folder.md"));
    env.GITHUB_STEP_SUMMARY = join(project.cwd, "folder.md");
    const text = await project.cli(["status", "--quiet"], { env });
    expect(text.exitCode).toBe(0);
    expect(text.stdout).toContain("✓ Up to date at 001_notes.");
    expect(text.stderr).toContain("! The job summary could not be written");
  });

  test("a page is never longer than GitHub takes, together with what stands there already", async () => {
    const limit = 1024 * 1024;
    await writeFile(file, "x".repeat(limit - 700));
    const end = await project.cli(["status"], { env });
    expect(end.exitCode).toBe(0);
    const page = await summary();
    expect(Buffer.byteLength(page)).toBeLessThanOrEqual(limit);
    expect(page.slice(limit - 700)).toContain("Up to date at");
    await writeFile(file, "x".repeat(limit - 10));
    expect((await project.cli(["status"], { env })).exitCode).toBe(0);
    expect(await summary()).toHaveLength(limit - 10);
  });

  test("a command line that is wrong is an error beside the job too", async () => {
    const end = await project.cli(["run", "--nope\n::error::x"], { env });
    expect(end.exitCode).toBe(2);
    expect(commandsIn(end.stderr)).toMatchObject([
      { name: "error", properties: { title: "migrate-remote run: usage" } },
    ]);
  });

  test("logs are printed as they came, and not obeyed", async () => {
    const raw = await project.cli(["logs", "--since", "1h", "--raw"], { env });
    expect(raw.stdout).toContain("add-mask::a");
    expect(commandsIn(raw.stdout)).toEqual([]);
    const json = await project.cli(["logs", "--since", "1h", "--json"], { env });
    const messages = json.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).message);
    expect(messages).toEqual(expect.arrayContaining(["see ##[error]boo"]));
    expect(commandsIn(json.stdout)).toEqual([]);
  });

  test("elsewhere nothing of this is written", async () => {
    const plain = await project.cli(["run", "--dry-run"], { env: { GITHUB_STEP_SUMMARY: file } });
    expect(plain.stdout + plain.stderr).not.toContain("::group::");
    await expect(summary()).rejects.toThrow("ENOENT");
    await migrations({ "001_notes": first, "002_more": "CREATE TABLE more (id int);" });
    const gitlab = await project.cli(["run", "--confirm"], {
      env: { GITLAB_CI: "true", GITHUB_STEP_SUMMARY: file },
    });
    expect(gitlab.exitCode, gitlab.stdout + gitlab.stderr).toBe(0);
    expect(gitlab.stderr).toMatch(
      /\u001b\[0Ksection_start:\d+:\w+\[collapsed=true\]\r\u001b\[0KLogs of run \S+\n/,
    );
    expect(gitlab.stdout).not.toContain("section_");
    expect(commandsIn(gitlab.stderr)).toEqual([]);
    await expect(summary()).rejects.toThrow("ENOENT");
  });
});

test("a job without a configuration file fails with an error beside it", async () => {
  const cwd = "/";
  const end = await runCli(["status"], { cwd, env: { GITHUB_ACTIONS: "true" } });
  expect(end.exitCode).toBe(2);
  expect(commandsIn(end.stderr)).toMatchObject([
    { name: "error", properties: { title: "migrate-remote status: config_missing" } },
  ]);
});

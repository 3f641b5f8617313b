import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { alembicProject, makeRepository, type Repository, revisionFile } from "../support/git-repository.js";

let repository: Repository;
afterEach(() => repository.dispose());

/** No Python there: what a revision's file says has to do. */
const bare = { PATH: "/nonexistent" };

interface Found {
  rule: string;
  level: string;
  line?: number;
  message: string;
  file: string;
}

async function findings(
  files: Record<string, string>,
  argv: string[] = [],
  env: Record<string, string> = bare,
) {
  repository = makeRepository(files);
  const end = await repository.cli(["lint", "--all", "--json", ...argv], { env });
  return { ...end, found: (end.json().findings ?? []) as Found[] };
}

const table = `op.create_table("people", sa.Column("id", sa.Integer(), primary_key=True))`;
const back = `op.drop_table("people")`;

describe("Alembic's rules, from the file alone", () => {
  test("a revision with all that it needs has nothing", async () => {
    const { found, exitCode, stderr } = await findings(
      alembicProject(revisionFile("aa11", null, { up: table, back })),
    );
    expect(found).toEqual([]);
    expect(exitCode).toBe(0);
    expect(stderr).toContain("could not be written");
  });

  test.each<[string, { up: string; back?: string; message?: string }, string, string, number | undefined]>([
    ["downgrade missing", { up: table }, "downgrade-missing", "error", 11],
    ["downgrade only passes", { up: table, back: '"""Back."""\npass' }, "downgrade-missing", "error", 14],
    ["downgrade only returns", { up: table, back: "return None" }, "downgrade-missing", "error", 14],
    [
      "downgrade raises",
      { up: table, back: "raise NotImplementedError" },
      "irreversible-downgrade",
      "warning",
      14,
    ],
    [
      "a table left behind",
      { up: table, back: `op.drop_table("others")` },
      "downgrade-incomplete",
      "warning",
      14,
    ],
    [
      "an enum left behind",
      { up: `op.create_table("people", sa.Column("kind", sa.Enum("a", name="kind_of_people")))`, back },
      "downgrade-incomplete",
      "warning",
      14,
    ],
    [
      "rows that go with the table",
      { up: `${table}\nop.execute("INSERT INTO people (id) VALUES (1)")`, back },
      "downgrade-loses-data",
      "warning",
      16,
    ],
    [
      "a foreign key without an index",
      { up: `op.create_table("people", sa.Column("team_id", sa.ForeignKey("teams.id")))`, back },
      "foreign-key-without-index",
      "warning",
      12,
    ],
    [
      "a foreign key without a name",
      {
        up: `op.create_foreign_key(None, "people", "teams", ["id"], ["id"])\nop.create_index("ix_people_id", "people", ["id"], postgresql_concurrently=True)`,
        back,
      },
      "unnamed-constraint",
      "warning",
      12,
    ],
    [
      "a constraint dropped by no name",
      { up: table, back: `op.drop_constraint(None, "people")\n${back}` },
      "drop-unnamed-constraint",
      "error",
      15,
    ],
    [
      "an index called otherwise",
      { up: `${table}\nop.create_index("people_by_id", "people", ["id"])`, back },
      "index-name",
      "note",
      13,
    ],
    [
      "a message that says nothing",
      { up: table, back, message: "update 2" },
      "meaningless-message",
      "warning",
      undefined,
    ],
    ["nothing done", { up: "pass", back: "pass" }, "empty-migration", "warning", 11],
    [
      "a column dropped",
      {
        up: `op.drop_column("people", "name")`,
        back: `op.add_column("people", sa.Column("name", sa.Text()))`,
      },
      "drop-column",
      "error",
      12,
    ],
    [
      "a table dropped in SQL",
      { up: `op.execute("DROP TABLE people")`, back: table },
      "drop-table",
      "error",
      12,
    ],
    [
      "a column dropped in a batch",
      { up: `with op.batch_alter_table("people") as batch:\n    batch.drop_column("name")`, back: table },
      "drop-column",
      "error",
      13,
    ],
  ])("%s", async (_, file, rule, level, line) => {
    const { found, exitCode } = await findings(alembicProject(revisionFile("aa11", null, file)));
    const own = found.filter((one) => one.rule === rule);
    expect(own).toHaveLength(1);
    expect(own[0]).toMatchObject({
      level,
      file: "migrations/versions/aa11_file.py",
      ...(line === undefined ? {} : { line }),
    });
    expect(exitCode).toBe(found.some((one) => one.level === "error") ? 1 : 0);
  });

  test("the chain: heads, duplicates, missing parents, circles, files that are none", async () => {
    const step = { up: table, back };
    const { found } = await findings(
      alembicProject(
        revisionFile("aa11", null, step),
        revisionFile("bb22", "aa11", step),
        revisionFile("cc33", "aa11", step),
        revisionFile("dd44", "gone", step),
        revisionFile("ee55", "ff66", step),
        revisionFile("ff66", "ee55", step),
        { "migrations/versions/copy.py": Object.values(revisionFile("aa11", null, step))[0] ?? "" },
        { "migrations/versions/helper.py": "x = 1\n" },
      ),
    );
    const of = (rule: string) => found.filter((one) => one.rule === rule).map(({ message }) => message);
    expect(of("several-heads")).toEqual([expect.stringMatching(/bb22.*cc33|cc33.*bb22/)]);
    expect(of("duplicate-revision")).toEqual(["aa11_file.py has the revision aa11 too"]);
    expect(of("missing-parent")).toHaveLength(2);
    expect(of("missing-parent").join()).toContain("it follows gone, and no file has that revision");
    expect(of("unreadable-migration")).toEqual(["it declares no revision"]);
  });

  test("an index in a later migration is one", async () => {
    const keyed = `op.create_table("people", sa.Column("team_id", sa.ForeignKey("teams.id")))`;
    const index = `op.create_index("ix_people_team_id", "people", ["team_id"])`;
    const { found } = await findings(
      alembicProject(
        revisionFile("aa11", null, { up: keyed, back }),
        revisionFile("bb22", "aa11", { up: index, back: `op.drop_index("ix_people_team_id")` }),
      ),
    );
    expect(found.filter(({ rule }) => rule === "foreign-key-without-index")).toEqual([]);
  });
});

describe("silence", () => {
  const up = `# migrate-remote: allow drop-column because it moved\nop.drop_column("people", "name")\nop.drop_column("people", "age")`;

  test("a comment counts for its own statement, one outside for the file", async () => {
    const again = `op.add_column("people", sa.Column("name", sa.Text()))\nop.add_column("people", sa.Column("age", sa.Text()))`;
    const { found, json } = await findings(alembicProject(revisionFile("aa11", null, { up, back: again })));
    expect(found.map(({ rule, message }) => [rule, message])).toEqual([
      ["drop-column", "drops column people.age"],
    ]);
    expect(json().silenced).toBe(1);
    repository.write(
      revisionFile("aa11", null, { up, back: again, head: "\n# migrate-remote: allow drop-column\n" }),
    );
    expect((await repository.cli(["lint", "--all", "--json"], { env: bare })).json()).toMatchObject({
      findings: [],
      silenced: 2,
      exitCode: 0,
    });
  });

  test("what a comment means to say and does not is told", async () => {
    const { found } = await findings(
      alembicProject(
        revisionFile("aa11", null, { up: `# migrate-remote: allow drop-colum\n${table}`, back }),
      ),
    );
    expect(found).toMatchObject([
      {
        rule: "unknown-comment",
        message: "there is no rule drop-colum: did you mean drop-column?",
        line: 13,
      },
    ]);
  });

  test("the configuration, lint's rules and the plan's", async () => {
    const config = {
      contract: "migrate-remote",
      rules: { "downgrade-missing": "off", "drop-column": "off" },
      stages: { dev: { region: "eu-west-1" } },
    };
    const { found, exitCode } = await findings({
      ...alembicProject(revisionFile("aa11", null, { up: `op.drop_column("people", "name")` })),
      ".migraterc.json": JSON.stringify(config),
    });
    expect(found).toEqual([]);
    expect(exitCode).toBe(0);
  });
});

describe("numbered SQL and Prisma", () => {
  test("SQL: gaps, duplicates, names, foreign keys, what destroys data", async () => {
    const { found, exitCode } = await findings({
      "migrations/001_teams.sql": "CREATE TABLE teams (id int PRIMARY KEY);\n",
      "migrations/003_people.sql":
        "CREATE TABLE people (\n  id int PRIMARY KEY,\n  team_id int REFERENCES teams (id)\n);\n",
      "migrations/003_other.sql": "DROP TABLE teams;\n",
      "migrations/004_empty.sql": "-- nothing yet\n",
      "migrations/005_update.sql":
        "-- migrate-remote: allow meaningless-message\nALTER TABLE people ADD name text;\n",
      "migrations/notes.sql": "SELECT 1;\n",
      "migrations/003_people.down.sql": "DROP TABLE people;\n",
    });
    expect(found.map(({ rule, file, line }) => [rule, file.replace("migrations/", ""), line])).toEqual(
      expect.arrayContaining([
        ["file-name", "notes.sql", undefined],
        ["number-gap", "003_other.sql", undefined],
        ["duplicate-revision", "003_people.sql", undefined],
        ["drop-table", "003_other.sql", 1],
        ["foreign-key-without-index", "003_people.sql", 3],
        ["empty-migration", "004_empty.sql", undefined],
      ]),
    );
    expect(found).toHaveLength(6);
    expect(exitCode).toBe(1);
  });

  test("Prisma: folders without a script, names out of order", async () => {
    const { found } = await findings({
      "prisma/schema.prisma": 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n',
      "prisma/migrations/20250101000000_people/migration.sql":
        'CREATE TABLE "people" ("id" int PRIMARY KEY);\n',
      "prisma/migrations/20250102000000_left/README": "",
      "prisma/migrations/add_names/migration.sql": 'ALTER TABLE "people" DROP COLUMN "name";\n',
    });
    expect(found.map(({ rule }) => rule)).toEqual(["unreadable-migration", "file-name", "drop-column"]);
  });
});

describe("which are looked at", () => {
  const first = { "migrations/001_teams.sql": "CREATE TABLE teams (id int);\n" };
  const second = { "migrations/002_drop_teams.sql": "DROP TABLE teams;\n" };

  test("in git those that main does not have, committed or not", async () => {
    repository = makeRepository({ ...first, ...second }, { git: true });
    const none = await repository.cli(["lint"]);
    expect(none.stdout).toContain("none new against main, of 2");
    expect(none.stdout).toContain("No new migration: nothing to say");
    expect(none.exitCode).toBe(0);
    repository.git("switch", "-q", "-c", "feature");
    repository.write({ "migrations/003_add_people.sql": "CREATE TABLE people (id int);\n" });
    repository.commit();
    repository.write({ "migrations/004_drop_people.sql": "TRUNCATE teams;\n" });
    const { projects, findings: found } = (await repository.cli(["lint", "--json"])).json();
    expect(projects).toMatchObject([
      { looked: "new", base: "main", revisions: ["003_add_people", "004_drop_people"], total: 4 },
    ]);
    expect(found).toMatchObject([{ rule: "truncate" }]);
    const since = (await repository.cli(["lint", "--since", "003", "--json"])).json();
    expect(since.projects[0]).toMatchObject({ looked: "since", revisions: ["004_drop_people"] });
    const named = (await repository.cli(["lint", "002", "--json"])).json();
    expect(named.projects[0]).toMatchObject({ looked: "named", revisions: ["002_drop_teams"] });
    expect((await repository.cli(["lint", "--base", "HEAD", "--json"])).json().projects[0].revisions).toEqual(
      ["004_drop_people"],
    );
  });

  test("nothing stands in for the branch that a pull request goes to; a shallow clone is told as one", async () => {
    repository = makeRepository({ ...first, ...second }, { git: true });
    repository.git("switch", "-q", "-c", "feature");
    const env = { GITHUB_BASE_REF: "release/1" };
    const looked = async (cwd: string) => {
      const end = await repository.cli(["lint", "--json"], {
        env: { PATH: process.env.PATH ?? "", ...env },
        cwd,
      });
      return { project: end.json().projects[0], warnings: JSON.stringify(end.json().warnings) };
    };
    const whole = await looked(repository.folder);
    expect(whole.project).toMatchObject({ looked: "all", revisions: ["001_teams", "002_drop_teams"] });
    expect(whole.warnings).toContain("release/1, is not here to compare with");
    expect(whole.warnings).not.toContain("fetch-depth");
    // As actions/checkout leaves it: one commit, and no branch but that of the pull request.
    repository.git(
      "clone",
      "-q",
      "--depth",
      "1",
      "--branch",
      "feature",
      `file://${repository.folder}`,
      "clone",
    );
    repository.git("-C", "clone", "remote", "set-head", "origin", "--delete");
    expect((await looked(join(repository.folder, "clone"))).warnings).toContain("fetch-depth: 0");
    repository.git("branch", "release/1", "HEAD");
    expect((await looked(repository.folder)).project).toMatchObject({ looked: "new", base: "release/1" });
  });

  test("what main has and is edited, gone, or comes too late", async () => {
    repository = makeRepository(
      { ...first, ...second, "migrations/005_more.sql": "SELECT 1;\n" },
      { git: true },
    );
    repository.write({
      "migrations/001_teams.sql": "CREATE TABLE teams (id bigint);\n",
      "migrations/003_late.sql": "SELECT 1;\n",
    });
    repository.git("rm", "-q", "migrations/002_drop_teams.sql");
    const { findings: found, exitCode } = (await repository.cli(["lint", "--json"])).json();
    expect(found.filter(({ rule }: Found) => rule !== "number-gap")).toMatchObject([
      { rule: "edited-migration", file: "migrations/002_drop_teams.sql" },
      { rule: "edited-migration", file: "migrations/001_teams.sql" },
      { rule: "out-of-order", file: "migrations/003_late.sql" },
    ]);
    expect(exitCode).toBe(1);
  });

  test("in an Alembic revision a comment may change, and nothing else", async () => {
    repository = makeRepository(alembicProject(revisionFile("aa11", null, { up: table, back })), {
      git: true,
    });
    repository.write(revisionFile("aa11", null, { up: `# a word\n${table}`, back }));
    expect((await repository.cli(["lint", "--json"])).json().findings).toEqual([]);
    repository.write(revisionFile("aa11", null, { up: table.replace("people", "persons"), back }));
    expect((await repository.cli(["lint", "--json"])).json().findings).toMatchObject([
      { rule: "edited-migration" },
    ]);
  });

  test("what is named and is not there", async () => {
    repository = makeRepository({ ...first, ...second }, { git: true });
    const unknown = await repository.cli(["lint", "002_drop_tems"]);
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toContain("Did you mean 002_drop_teams?");
    const base = await repository.cli(["lint", "--base", "--upload-pack=x"]);
    expect(base.exitCode).toBe(2);
    expect(base.stderr).toContain("There is no branch, tag or commit");
    const engine = await repository.cli(["lint", "--engine", "prisma"]);
    expect(engine.exitCode).toBe(2);
    expect(engine.stderr).toContain("only those of sql");
  });
});

test("of several sets of migrations the one that has it is meant", async () => {
  repository = makeRepository({
    "a/migrations/001_add_people.sql": "CREATE TABLE people (id int);\n",
    "a/migrations/002_drop_people.sql": "DROP TABLE people;\n",
    "b/migrations/101_add_teams.sql": "CREATE TABLE teams (id int);\n",
  });
  const looked = async (argv: string[]) => {
    const { projects } = (await repository.cli(["lint", "--json", ...argv])).json();
    return projects.map(({ revisions }: { revisions: string[] }) => revisions);
  };
  expect(await looked(["002"])).toEqual([["002_drop_people"], []]);
  expect(await looked(["101", "001"])).toEqual([["001_add_people"], ["101_add_teams"]]);
  expect(await looked(["--since", "001"])).toEqual([["002_drop_people"], []]);
  for (const argv of [
    ["101", "301"],
    ["--since", "301"],
  ]) {
    const end = await repository.cli(["lint", ...argv]);
    expect(end.exitCode).toBe(2);
    expect(end.stderr).toContain("There is no migration 301 here.");
  }
});

test("nothing there is no success", async () => {
  repository = makeRepository({ "README.md": "" });
  const end = await repository.cli(["lint"]);
  expect(end.exitCode).toBe(2);
  expect(end.stderr).toContain("There are no migrations in");
});

test("--strict: a warning is an error", async () => {
  repository = makeRepository({ "migrations/001_update.sql": "SELECT 1;\n" });
  expect((await repository.cli(["lint"])).exitCode).toBe(0);
  const strict = await repository.cli(["lint", "--strict"]);
  expect(strict.exitCode).toBe(1);
  expect(strict.stdout).toContain("1 warning (--strict)");
});

test("GitHub's annotations name the repository's file and its line, and nothing else can", async () => {
  repository = makeRepository(
    { "back/migrations/001_drop,teams%0A::error::.sql": "SELECT 1;\n\nDROP TABLE teams;\n" },
    { git: true },
  );
  const end = await repository.cli(["lint", "--all"], {
    cwd: `${repository.folder}/back`,
    env: { GITHUB_ACTIONS: "true" },
  });
  const commands = end.stderr.split("\n").filter((line) => line.startsWith("::"));
  expect(commands).toHaveLength(1);
  expect(commands[0]).toMatch(
    /^::error file=back\/migrations\/001_drop%2Cteams%250A%3A%3Aerror%3A%3A\.sql,line=3,title=drop-table::drops table teams/,
  );
  expect(end.stdout.split("\n").some((line) => line.startsWith("::"))).toBe(false);
});

import { cpSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import {
  alembicEnv,
  alembicProject,
  makeRepository,
  type Repository,
  revisionFile,
} from "../support/git-repository.js";
import { eachInItsOwnDatabase } from "../support/own-database.js";
import { rowsOf } from "../support/postgres.js";
import { hasPython } from "../support/python.js";

let repository: Repository;
afterEach(() => repository.dispose());

const table = `op.create_table("people", sa.Column("id", sa.Integer(), primary_key=True))`;
const back = `op.drop_table("people")`;
const patience = 180_000;

async function tried(argv: string[] = [], env: Record<string, string> = {}) {
  const end = await repository.cli(["lint", "--all", "--round-trip", "--json", ...argv], { env });
  const found = (end.json().findings ?? []) as {
    rule: string;
    message: string;
    revision: string;
    line?: number;
  }[];
  if ("error" in end.json()) throw new Error(end.stdout);
  return { ...end, trips: found.filter(({ rule }) => rule === "round-trip"), found };
}

describe.runIf(hasPython())("the project's own Alembic", () => {
  test("writes the SQL that is reviewed, without a database", async () => {
    const up = `op.alter_column("people", "id", type_=sa.SmallInteger())\nop.add_column("people", sa.Column("age", sa.Integer(), nullable=False))`;
    const down = `op.drop_column("people", "age")\nop.alter_column("people", "id", type_=sa.Integer())`;
    repository = makeRepository(
      alembicProject(
        revisionFile("aa11", null, { up: table, back }),
        revisionFile("bb22", "aa11", { up, back: down }),
      ),
    );
    const { findings } = (await repository.cli(["lint", "bb22", "--json"])).json();
    expect(findings).toMatchObject([
      { rule: "narrow-type", level: "error", line: 12 },
      { rule: "rewrite-table", level: "warning", line: 12 },
      { rule: "not-null-without-default", level: "error", line: 13 },
    ]);
  });

  test(
    "goes up, down and up: what is left behind, differs or fails is named by its revision",
    async () => {
      const kind = `op.create_table("kinds", sa.Column("kind", sa.Enum("a", "b", name="kind_of")))`;
      repository = makeRepository(
        alembicProject(
          revisionFile("aa11", null, { up: table, back }),
          revisionFile("bb22", "aa11", {
            up: `op.execute("CREATE INDEX ix_people_id ON people (id)")\nop.execute("CREATE VIEW v AS SELECT 1 AS one")`,
            back: `op.execute("DROP VIEW v")\nop.execute("DROP INDEX IF EXISTS ix_people")\nop.execute("ALTER INDEX ix_people_id RENAME TO ix_old")`,
          }),
          revisionFile("cc33", "bb22", {
            up: `op.execute("SELECT 1")`,
            back: `op.execute("SELECT 1")\nop.drop_table("nowhere")`,
          }),
          revisionFile("dd44", "cc33", { up: kind, back: `op.drop_table("kinds")` }),
          revisionFile("ee55", "dd44", { up: `op.execute("SELECT 2")`, back: "pass" }),
        ),
      );
      const { trips, exitCode } = await tried();
      expect(exitCode).toBe(1);
      expect(trips.map(({ revision, message }) => [revision, message])).toEqual([
        ["bb22", "after up and down, index public.ix_old is additional"],
        ["bb22", expect.stringContaining("after up, down and up again, index public.ix_old is additional")],
        ["cc33", expect.stringMatching(/^going down fails: .*"nowhere" does not exist/)],
        ["dd44", "after up and down, type public.kind_of is additional"],
        [
          "dd44",
          expect.stringMatching(
            /^going up again after going down fails: .*"kind_of" already exists.*; what comes behind it could not be tried$/,
          ),
        ],
      ]);
      expect(trips[2]).toMatchObject({ line: 16 });
    },
    patience,
  );

  test(
    "a whole project comes back to where it was, and the scratch database is gone",
    async () => {
      repository = makeRepository({});
      cpSync(fileURLToPath(new URL("../fixtures/projects/alembic", import.meta.url)), repository.folder, {
        recursive: true,
      });
      const { trips, json, stderr } = await tried();
      expect(trips).toEqual([]);
      expect(json().projects[0].revisions).toHaveLength(10);
      expect(stderr).not.toContain("could not");
      // The one that says itself that it only goes up.
      expect(json().findings).toContainEqual(
        expect.objectContaining({ rule: "irreversible-downgrade", revision: "0b0fb355956f" }),
      );
    },
    patience,
  );
});

describe.runIf(hasPython())("a database of somebody's", () => {
  const database = eachInItsOwnDatabase();
  const tables = () =>
    rowsOf<{ relname: string }>(
      database.url,
      "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace",
    );

  test(
    "is not touched, where env.py insists on it or the shell names it",
    async () => {
      await rowsOf(database.url, "CREATE TABLE people (id int)");
      const url = database.url.replace("postgresql://", "postgresql+psycopg2://");
      const insisting = alembicEnv
        .replace(
          "config = context.config\n",
          `config = context.config\nfrom sqlalchemy import create_engine\n`,
        )
        .replace(/engine = engine_from_config\(.*\)\n/, `engine = create_engine(${JSON.stringify(url)})\n`);
      const files = alembicProject(revisionFile("aa11", null, { up: table, back }));
      repository = makeRepository({ ...files, "migrations/env.py": insisting });
      const refused = await repository.cli(["lint", "--all", "--round-trip"]);
      expect(refused.exitCode).toBe(1);
      expect(refused.stderr).toContain("env.py connects to another database");
      expect(refused.stderr + refused.stdout).not.toContain(new URL(database.url).password);
      expect(await tables()).toEqual([{ relname: "people" }]);

      repository.write({ "migrations/env.py": alembicEnv });
      const { trips, exitCode } = await tried([], { DATABASE_URL: database.url, DbConnStr: database.url });
      expect([trips, exitCode]).toEqual([[], 0]);
      expect(await tables()).toEqual([{ relname: "people" }]);
    },
    patience,
  );
});

describe("numbered SQL", () => {
  test(
    "goes down by NNN_name.down.sql",
    async () => {
      repository = makeRepository({
        "migrations/001_people.sql": "CREATE TABLE people (id int);\n",
        "migrations/002_names.sql": "ALTER TABLE people ADD name text;\nCREATE INDEX ON people (name);\n",
        "migrations/002_names.down.sql": "ALTER TABLE people DROP name;\n",
        "migrations/003_ages.sql": "ALTER TABLE people ADD age int;\n",
        "migrations/003_ages.down.sql": "\nALTER TABLE people DROP COLUMN old;\n",
        "migrations/004_index.sql":
          "-- migrate-remote: no-transaction\nCREATE INDEX CONCURRENTLY ix ON people (age);\n",
        "migrations/004_index.down.sql": "SELECT 1;\n",
      });
      const { trips, json } = await tried();
      expect(trips.map(({ revision, message }) => [revision, message])).toEqual([
        ["003_ages", 'going down fails: column "old" of relation "people" does not exist'],
        ["004_index", "after up and down, index public.ix is additional"],
        [
          "004_index",
          'going up again after going down fails: relation "ix" already exists; what comes behind it could not be tried',
        ],
      ]);
      expect(json().warnings).toMatchObject([{ code: "no_way_down" }]);
    },
    patience,
  );

  test(
    "without any way down there is nothing to try",
    async () => {
      repository = makeRepository({ "migrations/001_people.sql": "CREATE TABLE people (id int);\n" });
      const end = await repository.cli(["lint", "--round-trip", "--all"]);
      expect(end.exitCode).toBe(2);
      expect(end.stderr).toContain("There is no way down to try: 001_people can only go up.");
      expect(end.stderr).toContain("NNN_name.down.sql");
      expect((await repository.cli(["lint", "--all"])).stdout).not.toContain("--round-trip");
    },
    patience,
  );

  test(
    "the verdict says how many came back whole; what goes forward only keeps nothing else from it",
    async () => {
      repository = makeRepository({
        "migrations/001_add_people.sql": "CREATE TABLE people (id int);\n",
        "migrations/001_add_people.down.sql": "DROP TABLE people;\n",
        "app/prisma/schema.prisma": 'datasource db {\n  provider = "postgresql"\n}\n',
        "app/prisma/migrations/20260101000000_add_teams/migration.sql": "CREATE TABLE teams (id int);\n",
      });
      const untried = await repository.cli(["lint", "--all"]);
      expect(untried.stdout).not.toContain("same schema");
      expect(untried.stdout).toContain("    migrate-remote lint --round-trip --all\n");
      const some = await repository.cli(["lint", "--round-trip", "--all"]);
      expect(some.exitCode).toBe(0);
      expect(some.stderr).toContain("Prisma goes forward only");
      expect(some.stdout).toContain("; 1 of 2 up, down and up again to the same schema");
      const all = await repository.cli(["lint", "--round-trip", "--all", "--engine", "sql"]);
      expect(all.stdout).toContain("1 migration: nothing to say; up, down and up again to the same schema");
      const alone = await repository.cli(["lint", "--round-trip", "--all", "--engine", "prisma"]);
      expect(alone.exitCode).toBe(2);
    },
    patience,
  );
});

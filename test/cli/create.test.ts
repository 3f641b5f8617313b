import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { slugOf } from "../../src/project/create/slug.js";
import { nextName } from "../../src/project/create/sql-file.js";
import { alembicProject, makeRepository, type Repository, revisionFile } from "../support/git-repository.js";
import { scripts003 } from "../support/infrastructures.js";
import { hasPython } from "../support/python.js";

let repository: Repository | undefined;
afterEach(() => repository?.dispose());

const table = `op.create_table("people", sa.Column("id", sa.Integer(), primary_key=True))`;
const back = `op.drop_table("people")`;
const hostile = `add "quotes" '; $(touch owned) \`touch owned\` && touch owned`;

/** A folder for PATH with one program in it, which notes its words, a line of JSON each time, and then does as `does` says. */
function fakeProgram(folder: string, name: string, does: string): string {
  const bin = join(folder, ".bin");
  mkdirSync(bin, { recursive: true });
  const script = `#!${process.execPath}
const fs = require("node:fs");
const words = process.argv.slice(2);
fs.appendFileSync(${JSON.stringify(join(folder, ".words"))}, JSON.stringify(words) + "\\n");
${does}
`;
  writeFileSync(join(bin, name), script);
  chmodSync(join(bin, name), 0o755);
  return bin;
}

function wordsNoted(folder: string): string[][] {
  return readFileSync(join(folder, ".words"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("numbered SQL", () => {
  test("the next file, with a way down where the others have one", async () => {
    repository = makeRepository({
      "migrations/009_a_table.sql": "SELECT 1;\n",
      "migrations/009_a_table.down.sql": "SELECT 1;\n",
    });
    const made = (await repository.cli(["create", hostile, "--json"])).json();
    const name = "010_add_quotes_touch_owned_touch_owned_touch_owned";
    expect(made).toMatchObject({
      outcome: "created",
      revisions: [name],
      files: [`migrations/${name}.sql`],
      findings: [],
    });
    expect(readdirSync(join(repository.folder, "migrations"))).toContain(`${name}.down.sql`);
    expect(readFileSync(join(repository.folder, "migrations", `${name}.sql`), "utf8")).toBe(
      `-- ${hostile}\n\n`,
    );
    const text = await repository.cli(["create", "update"]);
    expect(text.exitCode).toBe(0);
    expect(text.stdout).toContain("[meaningless-message]");
    expect(text.stdout).toContain("✓ Made migrations/011_update.sql; lint has 1 thing to say");
  });

  test.each([
    ["", "has no letter"],
    ["\n", "has no letter"],
    ["a\nb", "line break"],
    ["!?", "has no letter"],
    ["x".repeat(201), "longer than 200"],
  ])("the message %j is refused", async (message, why) => {
    repository = makeRepository({ "migrations/001_a_table.sql": "SELECT 1;\n" });
    const end = await repository.cli(["create", message]);
    expect(end.exitCode).toBe(2);
    expect(end.stderr).toContain(why);
    expect(readdirSync(join(repository.folder, "migrations"))).toHaveLength(1);
  });

  test.each([["create", "add pets"], ["create", "--engine", "sql", "add pets"], ["lint"]])(
    "migrations that are a map in the code: %s says where they are, and nothing is made beside them",
    async (...argv) => {
      repository = makeRepository(scripts003);
      const end = await repository.cli(argv);
      expect(end.exitCode).toBe(2);
      expect(end.stderr.replace(/\s+/g, " ")).toContain(
        "a map in the code, in services/db_migration_lambda/lambda_function.py",
      );
    },
  );

  test("several sets of migrations: which is asked", async () => {
    repository = makeRepository({
      ...alembicProject(revisionFile("aa11", null, { up: table, back })),
      "db/migrations/001_a_table.sql": "SELECT 1;\n",
    });
    const end = await repository.cli(["create", "add people"]);
    expect(end.exitCode).toBe(2);
    expect(end.stderr).toContain("--engine");
    expect((await repository.cli(["create", "add people", "--engine", "sql"])).stdout).toContain(
      "db/migrations/002_add_people.sql",
    );
  });

  test("numbers keep their width and their kind", () => {
    const now = new Date("2026-11-21T10:45:12Z");
    expect(nextName(undefined, "a", now)).toBe("001_a.sql");
    expect(nextName("99_x.sql", "a", now)).toBe("100_a.sql");
    expect(nextName("0007-x.up.sql", "a", now)).toBe("0008-a.up.sql");
    expect(nextName("20250101000000_x.sql", "a", now)).toBe("20261121104512_a.sql");
    expect(nextName("20990101000000_x.sql", "a", now)).toBe("20990101000001_a.sql");
  });

  test("a slug is a plain part of a file's name", () => {
    expect(slugOf("Ergänze Größe!")).toBe("erganze_gro_e");
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        (message) => void expect(slugOf(message) ?? "a").toMatch(/^[a-z0-9]+(_[a-z0-9]+)*$/),
      ),
    );
  });
});

describe("the project's own tool", () => {
  const revision = "migrations/versions/bb22_made.py";

  test("in the running service of a compose file that has Alembic", async () => {
    repository = makeRepository({
      ...alembicProject(revisionFile("aa11", null, { up: table, back })),
      "compose.yaml": "services: {}\n",
    });
    const text = Object.values(
      revisionFile("bb22", "aa11", { up: `op.drop_column("people", "id")`, back: table }),
    )[0];
    const bin = fakeProgram(
      repository.folder,
      "docker",
      `if (words.includes("ps")) console.log("db\\nback");
      else if (words[3] === "db" || (words.includes("--version") && !words.includes("uv"))) process.exit(1);
      else if (words.includes("revision")) { console.log("Generating"); fs.writeFileSync(${JSON.stringify(join(repository.folder, revision))}, ${JSON.stringify(text)}); }`,
    );
    const end = await repository.cli(["create", hostile, "--json"], { env: { PATH: bin } });
    const words = [
      "compose",
      "exec",
      "-T",
      "back",
      "uv",
      "run",
      "alembic",
      "revision",
      "--autogenerate",
      "-m",
      hostile,
    ];
    expect(wordsNoted(repository.folder).at(-1)).toEqual(words);
    expect(end.json()).toMatchObject({
      outcome: "created",
      ran: ["docker", ...words],
      files: [revision],
      findings: [{ rule: "drop-column", file: revision, line: 12 }],
      exitCode: 0,
    });
    expect(end.stderr).toContain(
      '$ docker compose exec -T back uv run alembic revision --autogenerate -m \'add "quotes"',
    );
    expect(end.stderr).toContain("Generating");
    expect(readdirSync(repository.folder)).not.toContain("owned");
  });

  test("as the configuration says, and what it ends with is told", async () => {
    repository = makeRepository(alembicProject(revisionFile("aa11", null, { up: table, back })));
    const bin = fakeProgram(
      repository.folder,
      "make-it",
      `console.error("no such table"); process.exit(words[1] === "fail" ? 3 : 0);`,
    );
    const config = {
      create: { command: ["make-it", "--message={message}"] },
      stages: { dev: { contract: "migrate-remote", region: "eu-west-1" } },
    };
    repository.write({ ".migraterc.json": JSON.stringify(config) });
    const nothing = await repository.cli(["create", "$& people"], { env: { PATH: bin } });
    expect(wordsNoted(repository.folder)).toEqual([["--message=$& people"]]);
    expect(nothing.exitCode).toBe(0);
    expect(nothing.stdout).toContain("Nothing to do: the tool made no migration.");
    config.create.command = ["make-it", "{message}", "fail"];
    repository.write({ ".migraterc.json": JSON.stringify(config) });
    const failed = await repository.cli(["create", "add people", "--quiet"], { env: { PATH: bin } });
    expect(failed.exitCode).toBe(1);
    expect(failed.stderr).toContain("make-it 'add people' fail ended with 3");
    expect(failed.stderr).toContain("no such table");
  });

  test("Prisma by npx, never from the registry", async () => {
    repository = makeRepository({
      "prisma/schema.prisma": 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n',
      "prisma/migrations/20250101000000_people/migration.sql":
        'CREATE TABLE "people" ("id" int PRIMARY KEY);\n',
    });
    const folder = join(repository.folder, "prisma/migrations/20250102000000_add_people");
    const bin = fakeProgram(
      repository.folder,
      "npx",
      `fs.mkdirSync(${JSON.stringify(folder)}); fs.writeFileSync(${JSON.stringify(join(folder, "migration.sql"))}, 'DROP TABLE "people";');`,
    );
    const made = (await repository.cli(["create", "Add people", "--json"], { env: { PATH: bin } })).json();
    expect(wordsNoted(repository.folder)).toEqual([
      ["--no-install", "prisma", "migrate", "dev", "--create-only", "--name", "add_people"],
    ]);
    expect(made).toMatchObject({
      revisions: ["20250102000000_add_people"],
      findings: [{ rule: "drop-table" }],
    });
    const without = await repository.cli(["create", "Add people"], { env: { PATH: "/nonexistent" } });
    expect(without.exitCode).toBe(2);
    expect(without.stderr).toContain("npm install --save-dev prisma");
  });

  test("none there: nothing is made, and what to do is said", async () => {
    repository = makeRepository(alembicProject(revisionFile("aa11", null, { up: table, back })));
    const end = await repository.cli(["create", "add people"], { env: { PATH: "/nonexistent" } });
    expect(end.exitCode).toBe(2);
    expect(end.stderr).toContain("there is no Python here");
    expect(end.stderr).toContain('"create": {"command"');
  });

  test.runIf(hasPython())(
    "Alembic's autogenerate, against a scratch database that has all migrations",
    async () => {
      const files = alembicProject(revisionFile("aa11", null, { up: table, back }));
      const models = `import sqlalchemy as sa\nmetadata = sa.MetaData()\nsa.Table("people", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))\n`;
      const env = (files["migrations/env.py"] ?? "")
        .replace(
          "config = context.config\n",
          `import os, sys\nsys.path.insert(0, os.getcwd())\nfrom models import metadata\nconfig = context.config\nif os.environ.get("DATABASE_URL"):\n    config.set_main_option("sqlalchemy.url", os.environ["DATABASE_URL"])\n`,
        )
        .replace(
          "context.configure(connection=connection)",
          "context.configure(connection=connection, target_metadata=metadata)",
        );
      repository = makeRepository({ ...files, "migrations/env.py": env, "models.py": models });
      const end = await repository.cli(["create", "Add names to people", "--local", "--json"]);
      const { files: made, revisions, findings } = end.json();
      expect(revisions, end.stderr).toHaveLength(1);
      expect(readFileSync(join(repository.folder, made[0]), "utf8")).toContain(
        "op.add_column('people', sa.Column('name'",
      );
      expect(findings).toEqual([]);
      const again = await repository.cli(["create", "Add names once more", "--local"]);
      expect(again.stdout).toContain("[empty-migration]");
    },
    180_000,
  );
});

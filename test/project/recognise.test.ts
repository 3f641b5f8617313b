import { symlink } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { recogniseProjects } from "../../src/project/recognise.js";
import { repositories } from "../support/repository.js";

const fixtures = fileURLToPath(new URL("../fixtures/", import.meta.url));
const repository = repositories();

/** What is found, paths as they stand in the repository. */
async function found(folder: string) {
  const projects = await recogniseProjects(folder);
  return projects.map(({ root, migrations, evidence, furtherMigrations, ...rest }) => ({
    ...rest,
    root: relative(folder, root),
    migrations: relative(folder, migrations),
    evidence: relative(folder, evidence),
    ...(furtherMigrations && { further: furtherMigrations.map((one) => relative(folder, one)) }),
  }));
}

const ini = (...lines: string[]) => ["[alembic]", ...lines, "", "[loggers]", "keys = root", ""].join("\n");
const datasource = 'datasource db {\n  provider = "postgresql"\n}\n';

test.each([
  ["alembic", { engine: "alembic", root: "", migrations: "migrations/versions", evidence: "alembic.ini" }],
  [
    "flask-migrate",
    {
      engine: "alembic",
      flask: true,
      root: "",
      migrations: "migrations/versions",
      evidence: "migrations/alembic.ini",
    },
  ],
  [
    "prisma",
    { engine: "prisma", root: "", migrations: "prisma/migrations", evidence: "prisma/schema.prisma" },
  ],
  ["sql", { engine: "sql", root: "", migrations: "migrations", evidence: "migrations/001_init.sql" }],
])("the project %s is what it is", async (name, expected) => {
  expect((await found(join(fixtures, "projects", name)))[0]).toEqual(expected);
});

test("a Lambda with its migrations in the source is found, and one that only reads is not", async () => {
  expect(await found(join(fixtures, "lambdas/applied-list-003"))).toEqual([
    {
      engine: "sql",
      inline: true,
      root: "db_migration_lambda",
      migrations: "db_migration_lambda",
      evidence: "db_migration_lambda/lambda_function.py",
    },
  ]);
});

test("an Alembic environment that code configures is found by its files", async () => {
  expect(await found(join(fixtures, "lambdas/admin-operation-001"))).toEqual([
    { engine: "alembic", root: "", migrations: "migrations/versions", evidence: "migrations/env.py" },
  ]);
});

test.each<[string, Record<string, string>, object]>([
  [
    "script_location relative to the file",
    { "back/alembic.ini": ini("script_location = alembic"), "back/alembic/env.py": "" },
    { root: "back", migrations: "back/alembic/versions" },
  ],
  [
    "%(here)s, and an option that another one names",
    { "alembic.ini": ini("base = db", "script_location = %(here)s/%(base)s/scripts") },
    { migrations: "db/scripts/versions" },
  ],
  [
    "a folder inside a package below src",
    { "alembic.ini": ini("script_location = shop.store:migrations"), "src/shop/store/migrations/env.py": "" },
    { migrations: "src/shop/store/migrations/versions" },
  ],
  [
    "several folders of versions, and those below",
    {
      "alembic.ini": ini(
        "script_location = db",
        "version_locations = %(here)s/a:%(here)s/b/c",
        "path_separator = os",
        "recursive_version_locations = true",
      ),
      "db/env.py": "",
      "db/script.py.mako": "",
    },
    { migrations: "a", further: ["b/c"], recursive: true },
  ],
  [
    "version_locations in lines",
    {
      "alembic.ini": ini(
        "script_location = db",
        "path_separator = newline",
        "version_locations =",
        "  a",
        "  b",
      ),
    },
    { migrations: "a", further: ["b"] },
  ],
  [
    "pyproject.toml",
    {
      "pyproject.toml":
        '[project]\nname = "x"\n\n[tool.alembic]\nscript_location = "%(here)s/alembic"\nversion_locations = [\n  "%(here)s/one", # the first\n  "%(here)s/two"\n]\n\n[tool.ruff]\nline-length = 100\n',
    },
    { evidence: "pyproject.toml", migrations: "one", further: ["two"] },
  ],
])("Alembic: %s", async (_, files, expected) => {
  const projects = await found(await repository(files));
  expect(projects).toHaveLength(1);
  expect(projects[0]).toMatchObject({ engine: "alembic", ...expected });
});

test.each<[string, Record<string, string>, object]>([
  [
    "in a package of a monorepo",
    {
      "package.json": "{}",
      "packages/db/package.json": "{}",
      "packages/db/prisma/schema.prisma": datasource,
    },
    { root: "packages/db", migrations: "packages/db/prisma/migrations" },
  ],
  [
    "package.json says where the schema is",
    { "package.json": '{"prisma": {"schema": "db/main.prisma"}}', "db/main.prisma": datasource },
    { root: "", migrations: "db/migrations", evidence: "db/main.prisma" },
  ],
  [
    "prisma.config.ts says where schema and migrations are",
    {
      "api/prisma.config.ts":
        'export default defineConfig({ schema: path.join("db", "schema"), migrations: { path: "db/changes" } })',
      "api/db/schema/main.prisma": datasource,
      "api/db/schema/user.prisma": "model User { id Int @id }",
    },
    { root: "api", migrations: "api/db/changes", evidence: "api/db/schema/main.prisma" },
  ],
  [
    "several files in a folder, the migrations beside it",
    {
      "package.json": "{}",
      "prisma/schema/main.prisma": datasource,
      "prisma/migrations/20250101000000_init/migration.sql": "SELECT 1;",
    },
    { root: "", migrations: "prisma/migrations" },
  ],
])("Prisma: %s", async (_, files, expected) => {
  const projects = await found(await repository(files));
  expect(projects).toHaveLength(1);
  expect(projects[0]).toMatchObject({ engine: "prisma", ...expected });
});

test("a schema for another database is none of ours", async () => {
  const folder = await repository({
    "prisma/schema.prisma": 'datasource db {\n  provider = "mysql"\n}\n',
    "prisma/migrations/20250101000000_init/migration.sql": "SELECT 1;",
  });
  expect(await found(folder)).toEqual([]);
});

test("numbered SQL: where migrations stand, not where reports do, and nearest first", async () => {
  const folder = await repository({
    "services/billing/db/migrations/V1.sql": "SELECT 1;",
    "services/billing/db/migrations/0001_init.sql": "SELECT 1;",
    "sql/001_init.sql": "SELECT 1;",
    "sql/001_init.down.sql": "SELECT 1;",
    "reports/2024_sales.sql": "SELECT 1;",
    "alembic.ini": ini("script_location = migrations"),
    "migrations/versions/001_seed.sql": "SELECT 1;",
  });
  expect((await found(folder)).map(({ engine, migrations }) => [engine, migrations])).toEqual([
    ["alembic", "migrations/versions"],
    ["sql", "sql"],
    ["sql", "services/billing/db/migrations"],
  ]);
});

test("what tools install, what a link leads to, and what cannot be text is passed over", async () => {
  const folder = await repository({
    "node_modules/x/prisma/schema.prisma": datasource,
    ".venv/lib/alembic.ini": ini("script_location = x"),
    "myenv/pyvenv.cfg": "",
    "myenv/alembic.ini": ini("script_location = x"),
    // As `deploy` leaves it: Alembic brings templates of its own kind of project.
    "lambda/migrate/package/alembic-1.20.1.dist-info/METADATA": "",
    "lambda/migrate/package/alembic/templates/generic/env.py": "from alembic import context\n",
    "lambda/migrate/package/alembic/templates/generic/script.py.mako": "",
    "a/b/c/d/e/f/g/h/i/alembic.ini": ini("script_location = x"),
    "outside/alembic.ini": ini("script_location = ../../elsewhere"),
    "absolute/alembic.ini": ini("script_location = /etc"),
    "big/schema.prisma": datasource + " ".repeat(2_000_000),
    "binary/schema.prisma": `${datasource}\0`,
  });
  await symlink(folder, join(folder, "loop"));
  await symlink(join(fixtures, "projects/prisma"), join(folder, "link"));
  expect(await found(folder)).toEqual([]);
});

import { chmod, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { strFromU8, unzipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { parseConfig } from "../../src/config/load.js";
import { filesBelow } from "../support/files-below.js";
import * as infrastructures from "../support/infrastructures.js";
import { repositories } from "../support/repository.js";
import { type CliOptions, dist, runCli } from "../support/run-cli.js";

const repository = repositories();
const projects = fileURLToPath(new URL("../fixtures/projects/", import.meta.url));
const init = (cwd: string, argv: string[] = [], options: Partial<CliOptions> = {}) =>
  runCli(["init", ...argv], { cwd, ...options });

/** What the written file says; it is one of ours. */
async function written(cwd: string) {
  const parsed = parseConfig(await readFile(join(cwd, ".migraterc.json"), "utf8"));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { $schema, ...config } = parsed.config;
  return config;
}

const localOf = (handler: string, more = {}) => ({
  local: { handler, database: "embedded", timeout: 300, memory: 512, environment: {}, ...more },
});

describe("what the repository shows becomes the configuration", () => {
  test.each<[string, Record<string, string>, object]>([
    [
      "document 000: SST, a pipeline without payload",
      infrastructures.sst000,
      {
        project: "template-saas",
        region: "us-west-2",
        function: "{project}-api-migrate-lambda-{stage}",
        contract: { preset: "empty-event", payload: "none" },
        defaultStage: "local",
        stages: { local: { contract: "empty-event", ...localOf("back/handler.handler") }, dev: {}, prod: {} },
      },
    ],
    [
      "document 001: Serverless Framework, the API's own Lambda",
      infrastructures.serverless001,
      {
        project: "backend",
        region: "eu-central-1",
        function: "{project}-{stage}-api",
        contract: "admin-operation",
        defaultStage: "local",
        stages: {
          local: localOf("lambda_handler.handler"),
          dev: { database: { instance: "{project}-{stage}" } },
          staging: { database: { instance: "{project}-{stage}" } },
          prod: { database: { instance: "{project}-{stage}" } },
        },
      },
    ],
    [
      "document 003: two Lambdas, scripts",
      infrastructures.scripts003,
      {
        region: "us-west-2",
        function: "ops-pipeline-db-migration",
        contract: { preset: "applied-list", queryFunction: "ops-pipeline-db-query" },
        defaultStage: "local",
        stages: {
          local: localOf("services/db_migration_lambda/lambda_function.lambda_handler", {
            queryHandler: "services/db_query_lambda/query_function.lambda_handler",
          }),
          dev: {},
          prod: {},
        },
      },
    ],
    [
      "document 004: Terraform, Prisma",
      infrastructures.terraform004,
      {
        project: "schedulsign",
        function: "{project}-migrations-{stage}",
        contract: "empty-event",
        defaultStage: "local",
        stages: {
          local: localOf("lambda/migrations/index.handler"),
          dev: { database: { instance: "{project}-{stage}" } },
          qa: { database: { instance: "{project}-{stage}" } },
          prod: { database: { instance: "{project}-{stage}" } },
        },
      },
    ],
    [
      "SAM and this package's handler",
      infrastructures.samOurs,
      {
        function: "trading-migrate-{stage}",
        contract: "migrate-remote",
        defaultStage: "local",
        stages: {
          local: localOf("handler.handler"),
          dev: { database: { cluster: "trading-{stage}" } },
          prod: { database: { cluster: "trading-{stage}" } },
        },
      },
    ],
  ])("%s", async (_, files, expected) => {
    const cwd = await repository(files);
    const end = await init(cwd, ["--yes"]);
    expect(end.exitCode, end.stdout + end.stderr).toBe(0);
    expect(await written(cwd)).toMatchObject(expected);
    expect(Object.keys((await written(cwd)).stages)).toEqual(
      Object.keys((expected as { stages: object }).stages),
    );
  });

  test("each value is shown with where it was seen", async () => {
    const cwd = await repository(infrastructures.serverless001);
    const end = await init(cwd);
    for (const line of [
      /project +serverless\.yml:1$/m,
      /region +serverless\.yml:4$/m,
      /stage dev +serverless\.yml:5$/m,
      /prod\.database +serverless\.yml:19$/m,
    ]) {
      expect(end.stdout).toMatch(line);
    }
    expect(end.stdout).toMatch(/contract +lambda_handler\.py:\d+$/m);
    const { files } = (await init(cwd, ["--json"])).json();
    expect(files[0].seen).toContainEqual({
      what: "region",
      value: "eu-central-1",
      where: "serverless.yml:4",
    });
  });
});

describe("nothing that could migrate is guessed", () => {
  test("a Lambda whose code is not here has no contract, so nothing is written, and the ways out are named", async () => {
    const cwd = await repository(infrastructures.cdkElsewhere);
    const end = await init(cwd, ["--yes"]);
    expect(end.exitCode).toBe(2);
    expect(end.stderr).toContain("does not show what your migration Lambda takes and gives");
    expect(end.stderr).toContain("migrate-remote init --handler sql");
    // What was seen is not asked for.
    expect(end.stderr).toMatch(/It is called \{project\}-migrations-\{stage\} \(.+:\d+\)/);
    expect(end.stderr).toContain("    migrate-remote init --contract NAME\n");
    expect(Object.keys(filesBelow(cwd)).sort()).toEqual(Object.keys(infrastructures.cdkElsewhere).sort());

    expect((await init(cwd, ["--yes", "--contract", "empty-event"])).exitCode).toBe(0);
    expect(await written(cwd)).toMatchObject({
      project: "shop",
      region: "eu-west-1",
      account: "123456789012",
      function: "{project}-migrations-{stage}",
      contract: "empty-event",
      stages: { dev: {}, prod: {} },
    });
  });

  test("a handler without a known Lambda runs on local; stages in AWS stand as comments without an inherited contract", async () => {
    const cwd = await repository(filesBelow(join(projects, "sql")));
    await init(cwd, ["--yes"]);
    expect(await written(cwd)).toMatchObject({ stages: { local: { contract: "migrate-remote" } } });
    expect(Object.keys((await written(cwd)).stages)).toEqual(["local"]);
    const text = await readFile(join(cwd, ".migraterc.json"), "utf8");
    expect(text).toContain('//   "contract": what it takes and gives');
    // Put to use as they stand, they are not taken.
    const used = parseConfig(text.replaceAll('// "', '"'));
    expect(used).toMatchObject({
      ok: false,
      problems: [{ path: "stages.dev.contract" }, { path: "stages.prod.contract" }],
    });
  });

  test("code that says one thing and a pipeline that sends another: nobody knows", async () => {
    const cwd = await repository({
      ...infrastructures.samOurs,
      "scripts/migrate.sh": "aws lambda invoke --function-name trading-migrate-dev /dev/null\n",
    });
    await init(cwd, ["--yes"]);
    const { stages, contract } = await written(cwd);
    expect({ names: Object.keys(stages), contract }).toEqual({ names: ["local"], contract: undefined });
  });

  test("a Lambda that is written gets a name that no other has", async () => {
    const cwd = await repository({
      "scripts/migrate.sh": "aws lambda invoke --function-name shop-migrate-prod /dev/null\n",
      "package.json": '{"name": "shop"}',
      "migrations/001_a.sql": "SELECT 1;",
    });
    await init(cwd, ["--yes", "--handler", "sql"]);
    expect(await written(cwd)).toMatchObject({
      function: "{project}-migrate-remote-{stage}",
      contract: "migrate-remote",
    });
  });

  test("a Lambda whose handler may be one of several files has no contract", async () => {
    const cwd = await repository({
      ...infrastructures.terraform004,
      "infrastructure/terraform/lambda-migrations.tf":
        'resource "aws_lambda_function" "migrations" {\n  function_name = "schedulsign-migrations"\n  handler = "index.handler"\n}\n',
    });
    await init(cwd, ["--yes"]);
    expect(await written(cwd)).not.toHaveProperty("contract");
    expect(Object.keys((await written(cwd)).stages)).toEqual(["local"]);
  });

  test("the code of one function says nothing of another that has the name", async () => {
    const { "lambda_handler.py": code, "migration_manager.py": manager } = infrastructures.serverless001;
    const cwd = await repository({
      "lambda_handler.py": code,
      "migration_manager.py": manager,
      "sst.config.ts":
        'sst; new F("Api", { handler: "lambda_handler.handler" }); new F("Migrations", { name: "shop-migrations", handler: "elsewhere.handler" });',
    });
    await init(cwd, ["--yes"]);
    expect(await written(cwd)).toMatchObject({
      function: "shop-migrations",
      stages: { local: { contract: "admin-operation" } },
    });
    expect(await written(cwd)).not.toHaveProperty("contract");
    expect(Object.keys((await written(cwd)).stages)).toEqual(["local"]);
  });

  test("a name that a person says is of another Lambda than the one that was seen", async () => {
    const cwd = await repository(infrastructures.samOurs);
    await init(cwd, ["--yes", "--function", "elsewhere-{stage}"]);
    expect(await written(cwd)).not.toHaveProperty("contract");
    const same = await repository(infrastructures.samOurs);
    await init(same, ["--yes", "--function", "trading-migrate-{stage}"]);
    expect(await written(same)).toMatchObject({ contract: "migrate-remote", stages: { dev: {} } });
    const taken = await repository(infrastructures.samOurs);
    const end = await init(taken, ["--handler", "sql", "--function", "trading-migrate-{stage}"]);
    expect(end.stdout.replace(/\s+/g, " ")).toContain(
      "A Lambda called trading-migrate-{stage} is there already.",
    );
  });

  test.each([
    ["on", '"true"', true],
    ["off", '"false"', false],
    ["computed", "var.auto_migrate", false],
  ])("AUTO_MIGRATE that is %s beside the function", async (_, value, isTold) => {
    const cwd = await repository({
      ...infrastructures.terraform004,
      "lambda.tf": `resource "aws_lambda_function" "api" {\n  # AUTO_MIGRATE = "true"\n  environment {\n    variables = {\n      AUTO_MIGRATE = ${value}\n    }\n  }\n}\n`,
    });
    const { notes } = (await init(cwd, ["--json"])).json();
    expect(notes.some((note: string) => note.startsWith("AUTO_MIGRATE is on in lambda.tf:5:"))).toBe(isTold);
    expect(notes.some((note: string) => note.includes("AUTO_MIGRATE"))).toBe(isTold);
  });

  test("several of one thing are told and left out", async () => {
    const cwd = await repository({
      ...infrastructures.samOurs,
      "a.tf": 'provider "aws" {\n  region = "eu-west-1"\n}\nprovider "aws" {\n  region = "us-east-1"\n}\n',
    });
    const end = await init(cwd);
    expect(end.stdout.replace(/\s+/g, " ")).toContain(
      "Several were seen for the region, so the file says none: eu-west-1 (a.tf:1), us-east-1 (a.tf:4).",
    );
    expect(end.stdout).not.toContain('"region"');
  });
});

describe("nothing is written without showing it, and nothing twice", () => {
  test("without a terminal and without --yes it is only shown, with the command that writes it", async () => {
    const cwd = await repository(infrastructures.samOurs);
    const end = await init(cwd, ["--handler", "sql"]);
    expect(end.exitCode).toBe(0);
    expect(end.stdout).toContain("Nothing was written");
    expect(end.stdout).toContain("migrate-remote init --yes --handler sql");
    expect(end.stdout).toContain("export const handler = createHandler(");
    expect(Object.keys(filesBelow(cwd)).sort()).toEqual(Object.keys(infrastructures.samOurs).sort());
  });

  test("--json is the proposal, and with --yes what was written", async () => {
    const cwd = await repository(infrastructures.samOurs);
    const proposal = (await init(cwd, ["--json"], { terminal: { typed: "" } })).json();
    expect(proposal).toMatchObject({ command: "init", action: "files", outcome: "proposed", exitCode: 0 });
    expect(proposal.files.map((file: { path: string }) => file.path)).toEqual([".migraterc.json"]);
    const done = (await init(cwd, ["--json", "--yes"])).json();
    expect(done).toMatchObject({ outcome: "written", next: ["migrate-remote status"] });
    expect(done.files[0].content).toBe(await readFile(join(cwd, ".migraterc.json"), "utf8"));
  });

  test("a file that is there stays, also one further up, also a broken one", async () => {
    const cwd = await repository({
      ".migraterc.json": "not even JSON",
      "sub/migrations/001_a.sql": "SELECT 1;",
    });
    for (const folder of [cwd, join(cwd, "sub")]) {
      const end = await init(folder, ["--yes"]);
      expect(end.exitCode).toBe(2);
      expect(end.stderr.replace(/\s+/g, " ")).toContain(
        "exists already, and nothing is overwritten. Nothing was written.",
      );
      expect(end.stderr).toContain("migrate-remote doctor");
    }
    expect(await readFile(join(cwd, ".migraterc.json"), "utf8")).toBe("not even JSON");
  });

  test("--config names the file, and what it says is of that file's folder", async () => {
    const root = await repository({ "shop/migrations/001_a.sql": "SELECT 1;", ".migraterc.json": "{}" });
    const argv = ["--config", "shop/migrate.json", "--handler", "sql"];
    expect((await init(root, argv)).stdout).toContain(
      "migrate-remote init --config shop/migrate.json --yes --handler sql",
    );
    expect((await init(root, [...argv, "--yes"])).exitCode).toBe(0);
    expect(Object.keys(filesBelow(root)).sort()).toEqual([
      ".migraterc.json",
      "shop/lambda/migrate/README.md",
      "shop/lambda/migrate/handler.mjs",
      "shop/migrate.json",
      "shop/migrations/001_a.sql",
    ]);
    const again = await init(root, ["--config", "shop/migrate.json"]);
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toContain("migrate.json exists already");
  });

  test("below the folder of a configuration the handler is written beside that, as the configuration counts paths", async () => {
    const root = await repository({
      "shop/migrations/001_a.sql": "SELECT 1;",
      ".migraterc.json": '{ "contract": "migrate-remote", "stages": { "dev": {} } }',
    });
    const end = await init(join(root, "shop"), ["--handler", "sql", "--yes"]);
    expect(end.exitCode, end.stderr).toBe(0);
    expect(end.stdout).toContain(`Files are named as seen from ${root}`);
    expect(end.stdout).toContain('"shop/migrations": "shop/migrations"');
    expect(Object.keys(filesBelow(root))).toContain("lambda/migrate/handler.mjs");
    expect(await readFile(join(root, "lambda/migrate/handler.mjs"), "utf8")).toContain('"shop/migrations"');
  });

  test("a handler that is there stays, and then nothing else is written either", async () => {
    const cwd = await repository({
      "migrations/001_a.sql": "SELECT 1;",
      "lambda/migrate/handler.mjs": "mine",
    });
    const end = await init(cwd, ["--yes", "--handler", "sql"]);
    expect(end.exitCode).toBe(2);
    expect(end.stderr).toContain("lambda/migrate/handler.mjs exists already");
    expect(Object.keys(filesBelow(cwd)).sort()).toEqual([
      "lambda/migrate/handler.mjs",
      "migrations/001_a.sql",
    ]);
  });

  test("beside a configuration --handler writes the handler, and says what the file should say", async () => {
    const config = '{ "contract": "empty-event", "stages": { "dev": {} } }';
    const cwd = await repository({ ".migraterc.json": config, "migrations/001_a.sql": "SELECT 1;" });
    const end = await init(cwd, ["--yes", "--handler", "sql"]);
    expect(end.exitCode).toBe(0);
    expect(end.stdout).toContain(".migraterc.json stays as it is");
    expect(end.stdout).toContain('"handler": "lambda/migrate/handler.handler"');
    expect(await readFile(join(cwd, ".migraterc.json"), "utf8")).toBe(config);
    expect(await readFile(join(cwd, "lambda/migrate/handler.mjs"), "utf8")).toContain(
      'sql({ directory: "migrations" })',
    );
  });

  test("a link where the file would be is not written through", async () => {
    const cwd = await repository(infrastructures.samOurs);
    await symlink(join(cwd, "nowhere"), join(cwd, "lambda"));
    const end = await init(cwd, ["--yes", "--handler", "sql"]);
    expect(end.exitCode).not.toBe(0);
    expect(Object.keys(filesBelow(cwd))).not.toContain("nowhere");
  });

  test(".gitignore gets what it lacks, once, on a line of its own", async () => {
    const cwd = await repository({ ...infrastructures.samOurs, ".gitignore": "node_modules\n*.log" });
    await mkdir(join(cwd, ".git"));
    await mkdir(join(cwd, "node_modules"));
    await init(cwd, ["--yes"]);
    expect(await readFile(join(cwd, ".gitignore"), "utf8")).toBe("node_modules\n*.log\n.migrate-remote/\n");
    const again = await repository({ ...infrastructures.samOurs, ".gitignore": "/.migrate-remote\n" });
    await mkdir(join(again, ".git"));
    expect((await init(again, ["--json"])).json().files).toHaveLength(1);
  });
});

describe("--handler", () => {
  test.each<[string, string, object, string[]]>([
    [
      "prisma",
      "prisma",
      {
        stages: { local: localOf("lambda/migrate/handler.handler"), dev: {}, prod: {} },
        package: { directory: "lambda/migrate" },
      },
      ["lambda/migrate/handler.mjs", "lambda/migrate/README.md"],
    ],
    [
      "alembic",
      "alembic",
      {
        stages: { local: localOf("lambda/migrate/migrate_remote_handler.handler") },
        package: { include: { "alembic.ini": "alembic.ini", migrations: "migrations", saas: "saas" } },
      },
      [
        "lambda/migrate/migrate_remote_handler.py",
        "lambda/migrate/requirements.txt",
        "lambda/migrate/README.md",
      ],
    ],
    [
      "flask-migrate",
      "alembic",
      {
        stages: {
          local: localOf("lambda/migrate/migrate_remote_handler.handler", {
            environment: { FLASK_APP: "shop:create_app" },
          }),
        },
        package: { include: { migrations: "migrations", shop: "shop" } },
      },
      [
        "lambda/migrate/migrate_remote_handler.py",
        "lambda/migrate/requirements.txt",
        "lambda/migrate/README.md",
      ],
    ],
  ])("%s", async (project, engine, expected, files) => {
    const { "handler.mjs": _, "migrate_lambda.py": __, ...rest } = filesBelow(join(projects, project));
    const cwd = await repository(rest);
    const end = await init(cwd, ["--yes", "--handler", engine]);
    expect(end.exitCode, end.stdout + end.stderr).toBe(0);
    expect(await written(cwd)).toMatchObject({
      function: "{project}-migrate-{stage}",
      contract: "migrate-remote",
      ...expected,
    });
    const now = filesBelow(cwd);
    expect(Object.keys(now)).toEqual(expect.arrayContaining(files));
    const { project: name } = await written(cwd);
    expect(now["lambda/migrate/README.md"]).toContain(`\`${name}-migrate-prod\``);
    expect(now["lambda/migrate/README.md"]).toContain("maximum_retry_attempts = 0");
  });

  test.each([
    ["not installed yet", false],
    ["installed", true],
  ])("in a workspace packages stand in the root's node_modules: %s", async (_, isInstalled) => {
    const root = await repository({
      "package.json": '{ "workspaces": ["./packages/*"] }',
      "packages/db/package.json": '{ "name": "db" }',
      "packages/db/migrations/001_first.sql": "CREATE TABLE a ();",
    });
    if (isInstalled) {
      await mkdir(join(root, "node_modules"));
      await symlink(join(dist, ".."), join(root, "node_modules/migrate-remote"));
    }
    const cwd = join(root, "packages/db");
    const end = await init(cwd, ["--yes", "--handler", "sql"]);
    expect(end.stdout.includes("which is not installed here")).toBe(!isInstalled);
    expect(await readFile(join(cwd, ".migraterc.json"), "utf8")).toContain(
      '"$schema": "../../node_modules/migrate-remote/docs/migraterc.schema.json"',
    );
    expect((await written(cwd)).package?.include).toMatchObject({
      "node_modules/migrate-remote/dist/handler.js": "../../node_modules/migrate-remote/dist/handler.js",
    });
    const packed = await runCli(["deploy", "--stage", "dev", "--out", "package.zip"], { cwd });
    expect(packed.exitCode, packed.stderr).toBe(isInstalled ? 0 : 2);
  });

  test("an alembic.ini further down is named to the handler, and stands at the zip's root", async () => {
    const cwd = await repository({
      "back/alembic.ini": "[alembic]\nscript_location = alembic\n",
      "back/alembic/env.py": "from app.models import Base\nimport os\n",
      "back/alembic/script.py.mako": "",
      "back/app/models.py": "",
    });
    await init(cwd, ["--yes", "--handler", "alembic"]);
    expect(await written(cwd)).toMatchObject({
      stages: { local: { local: { environment: { ALEMBIC_CONFIG: "back/alembic.ini" } } } },
      package: { include: { "alembic.ini": "back/alembic.ini", alembic: "back/alembic", app: "back/app" } },
    });
  });

  test("a folder alembic/ that is a package itself does not take the library's place", async () => {
    const cwd = await repository({
      "alembic.ini": "[alembic]\nscript_location = alembic\n",
      "alembic/__init__.py": "",
      "alembic/env.py": "from alembic import context\n",
      "alembic/versions/aa11_a.py": 'revision = "aa11"\ndown_revision = None\n',
    });
    const end = await init(cwd, ["--yes", "--handler", "alembic"]);
    expect(end.stdout.replace(/\s+/g, " ")).toContain("Alembic does not need the file: remove it.");
    // As pip puts the library there.
    await mkdir(join(cwd, "lambda/migrate/package/alembic"), { recursive: true });
    await writeFile(join(cwd, "lambda/migrate/package/alembic/__init__.py"), "the library's");
    const argv = ["deploy", "--stage", "dev", "--no-build", "--out", "p.zip", "--json"];
    const packed = await runCli(argv, { cwd });
    expect(packed.exitCode, packed.stderr).toBe(0);
    const zip = unzipSync(await readFile(join(cwd, "p.zip")));
    expect(strFromU8(zip["alembic/__init__.py"] as Uint8Array)).toBe("the library's");
    expect(Object.keys(zip)).toEqual(
      expect.arrayContaining(["alembic/env.py", "alembic/versions/aa11_a.py"]),
    );
  });

  test("requirements are those of the project: its file, or what pyproject.toml lists", async () => {
    const ini = "[alembic]\nscript_location = app/alembic\n";
    const pyproject =
      '[project]\nname = "app"\ndependencies = [\n  "fastapi[standard]>=0.1", # ]\n  \'sqlmodel\',\n]\n';
    const listed = await repository({
      "back/alembic.ini": ini,
      "back/app/alembic/env.py": "from app.models import x",
      "back/app/models.py": "",
      "back/pyproject.toml": pyproject,
    });
    await init(listed, ["--yes", "--handler", "alembic"]);
    const lines = (await readFile(join(listed, "lambda/migrate/requirements.txt"), "utf8")).split("\n");
    expect(lines.filter((line) => !line.startsWith("#"))).toEqual(["fastapi[standard]>=0.1", "sqlmodel", ""]);
    // The folder of env.py is inside the package, and is not named a second time.
    expect((await written(listed)).package?.include).toEqual({
      "migrate_remote_handler.py": "lambda/migrate/migrate_remote_handler.py",
      "alembic.ini": "back/alembic.ini",
      app: "back/app",
    });
    const own = await repository({ "back/alembic.ini": ini, "back/requirements.txt": "alembic\n" });
    await init(own, ["--yes", "--handler", "alembic"]);
    expect(await readFile(join(own, "lambda/migrate/requirements.txt"), "utf8")).toContain(
      "\n-r ../../back/requirements.txt\n",
    );
  });

  test("where nothing is yet, each way in names the next step, down to a first status", async () => {
    const cwd = await repository({ "README.md": "" });
    const first = 'migrate-remote create --engine sql "create accounts"';
    for (const argv of [["init"], ["init", "--yes", "--handler", "sql"], ["lint"], ["create", "add x"]]) {
      const end = await runCli(argv, { cwd });
      expect(end.exitCode).toBe(2);
      expect(end.stderr).toContain(`\n    ${first}\n`);
      expect(end.stderr).not.toContain("ENGINE");
    }
    expect((await init(cwd, ["--handler", "alembic"])).stderr).toContain("alembic init alembic");
    expect((await runCli(["create", "--engine", "sql", "create accounts"], { cwd })).exitCode).toBe(0);
    expect(Object.keys(filesBelow(cwd))).toContain("migrations/001_create_accounts.sql");
    expect((await init(cwd, ["--yes", "--handler", "sql"])).exitCode).toBe(0);
  });

  test("of several sets of migrations none is taken at random", async () => {
    const cwd = await repository({ ...filesBelow(join(projects, "prisma")), "db/migrations/001_a.sql": "" });
    const { "handler.mjs": _, ".migraterc.json": __, ...rest } = filesBelow(cwd);
    const end = await init(await repository(rest));
    expect(end.exitCode).toBe(2);
    for (const engine of ["prisma", "sql"])
      expect(end.stderr).toContain(`\n    migrate-remote init --handler ${engine}\n`);
    expect(end.stderr.replace(/\s+/g, " ")).toContain(
      "There are 2 sets of migrations here: prisma in prisma/migrations; sql in db/migrations.",
    );
  });

  test("of an engine that is not here: exit 2, with the one that is", async () => {
    const cwd = await repository(filesBelow(join(projects, "prisma")));
    const end = await init(cwd, ["--yes", "--handler", "sql"]);
    expect(end.exitCode).toBe(2);
    expect(end.stderr).toContain("migrate-remote init --handler prisma");
    expect((await init(cwd, ["--handler", "prisma", "--contract", "empty-event"])).exitCode).toBe(2);
    expect((await init(cwd, ["--handler", "django"])).exitCode).toBe(2);
  });

  test("what is missing on this machine is told with what to type", async () => {
    const { "handler.mjs": _, ...rest } = filesBelow(join(projects, "prisma"));
    const cwd = await repository(rest);
    const said = (await init(cwd, ["--handler", "prisma"])).stdout.replace(/\s+/g, " ");
    expect(said).toContain("npm install --save-dev migrate-remote");
    expect(said).toMatch(/npm install --save-exact @prisma\/schema-engine-wasm@7\.10\.0-4\.\w+/);
    const { next } = (await init(cwd, ["--handler", "prisma", "--yes", "--json"])).json();
    expect(next).toEqual([
      "npm install --save-dev migrate-remote",
      expect.stringMatching(/^npm install --save-exact @prisma\/schema-engine-wasm@7\.10\.0-4\.\w+$/),
      "migrate-remote status",
    ]);
    const alembic = await repository({ "alembic.ini": "[alembic]\nscript_location = a\n" });
    const without = await init(alembic, ["--handler", "alembic"], { env: { PATH: "/nowhere" } });
    expect(without.stdout).toContain("there is no python3 on PATH");
  });
});

describe("what comes next can be done", () => {
  test.each<[string, Record<string, string>]>([
    ["document 000", infrastructures.sst000],
    ["document 004", infrastructures.terraform004],
  ])("%s: a Lambda that migrates on any event is not asked for its status", async (_, files) => {
    const end = await init(await repository(files), ["--yes", "--json"]);
    expect(end.json().next).toEqual(["migrate-remote doctor"]);
  });

  test("document 003: one that has a second Lambda for its history is", async () => {
    const end = await init(await repository(infrastructures.scripts003), ["--yes", "--json"]);
    expect(end.json().next).toEqual(["migrate-remote status"]);
  });

  test("beside a configuration that stays as it is, that is looked at first", async () => {
    const cwd = await repository({ ...infrastructures.sst000, "db/migrations/001_a.sql": "SELECT 1;" });
    await init(cwd, ["--yes"]);
    const end = await init(cwd, ["--yes", "--json", "--handler", "sql"]);
    expect(end.json().next.at(-1)).toBe("migrate-remote doctor");
  });
});

test("a workspace's packages are at the top of the repository, and are packed from there", async () => {
  const top = await repository({
    ".git/HEAD": "ref: refs/heads/main\n",
    "node_modules/migrate-remote/package.json": "{}",
    "node_modules/migrate-remote/dist/handler.js": "",
    "packages/db/migrations/001_a.sql": "SELECT 1;",
  });
  const cwd = join(top, "packages/db");
  const end = await init(cwd, ["--yes", "--handler", "sql"]);
  expect(end.stdout).not.toContain("not installed");
  expect((await written(cwd)).package?.include).toEqual({
    migrations: "migrations",
    "node_modules/migrate-remote/package.json": "../../node_modules/migrate-remote/package.json",
    "node_modules/migrate-remote/dist/handler.js": "../../node_modules/migrate-remote/dist/handler.js",
  });
  // What stands above the repository is this machine's alone.
  const outside = await repository({
    "node_modules/migrate-remote/package.json": "{}",
    "repository/.git/HEAD": "ref: refs/heads/main\n",
    "repository/migrations/001_a.sql": "SELECT 1;",
  });
  const alone = await init(join(outside, "repository"), ["--yes", "--handler", "sql"]);
  expect(alone.stdout).toContain("npm install --save-dev migrate-remote");
});

describe("a repository of bad will", () => {
  test("control characters, quotes and placeholders in names end up neither in the terminal nor in the file", async () => {
    const cwd = await repository({
      "package.json": JSON.stringify({ name: 'x\u001b]0;owned\u0007"\n}, "evil": {"\u202e' }),
      "serverless.yml":
        'service: "{stage}{region}\\u001b[31m"\nfunctions:\n  migrate:\n    handler: a.b\n    name: "x\\"}, \\"y"\n',
      "migrations/001_\u001b[31m.sql": "SELECT 1;",
      "mig\u001b[2Jrate/handler.mjs":
        'import { createHandler } from "migrate-remote/handler";\nexport const handler = createHandler({});\n',
    });
    const end = await init(cwd, ["--yes"]);
    expect(end.exitCode, end.stderr).toBe(0);
    expect(end.stdout + end.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
    const config = await written(cwd);
    expect(config.project).toMatch(/^[\w.-]+$/);
    expect(Object.keys(config).sort()).toEqual(["defaultStage", "project", "stages"]);
  });

  test("links in circles, files that cannot be read and huge ones cost nothing", async () => {
    const cwd = await repository({
      ...infrastructures.samOurs,
      "locked.tf": 'provider "aws" {\n  region = "eu-west-1"\n}\n',
      "huge.tf": `provider "aws" {\n  region = "us-east-1"\n}\n${"# x\n".repeat(500_000)}`,
    });
    await symlink(cwd, join(cwd, "migrations/again"));
    await symlink("self", join(cwd, "self"));
    await chmod(join(cwd, "locked.tf"), 0);
    await writeFile(join(cwd, "binary.tf"), Buffer.from([0, 255, 254, 0]));
    const began = performance.now();
    const end = await init(cwd, ["--json"]);
    expect(end.exitCode).toBe(0);
    expect(performance.now() - began).toBeLessThan(10_000);
    expect(end.json().files[0].content).not.toContain("us-east-1");
  });
});

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the files of other tools have them
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codeOf } from "../../src/project/facts/code-of.js";
import type { Fact } from "../../src/project/facts/fact.js";
import { mayHandle, readHandler } from "../../src/project/facts/handlers.js";
import { readPipeline } from "../../src/project/facts/pipelines.js";
import { readProgram } from "../../src/project/facts/programs.js";
import { readSamConfig, readTemplate } from "../../src/project/facts/sam.js";
import { readServerless } from "../../src/project/facts/serverless.js";
import { readTerraform } from "../../src/project/facts/terraform.js";
import { readYaml } from "../../src/project/facts/yaml.js";

const lines = (...all: string[]) => `${all.join("\n")}\n`;
const functions = (facts: Fact[]) => facts.filter(({ kind }) => kind === "function");

test("serverless.yml: service, region, stages, functions with and without a name, databases", () => {
  const facts = readServerless(
    "serverless.yml",
    lines(
      "service: shop # the shop",
      "provider:",
      "  name: aws",
      "  region: ${opt:region, 'eu-central-1'}",
      "  stage: ${opt:stage, 'dev'}",
      "params:",
      "  prod:",
      "    domain: shop.example",
      "functions:",
      "  migrate:",
      "    handler: src/migrate.handler",
      "    name: ${self:service}-migrate-${sls:stage}",
      "  api:",
      "    handler: src/api.handler",
      "  odd:",
      "    handler: src/odd.handler",
      "    name: ${ssm:/some/name}",
      "resources:",
      "  Resources:",
      "    Database:",
      "      Type: AWS::RDS::DBInstance",
      "      Properties:",
      "        DBInstanceIdentifier: ${self:service}-${self:provider.stage}",
    ),
  );
  expect(facts).toEqual([
    { kind: "project", name: "shop", where: "serverless.yml:1" },
    { kind: "region", region: "eu-central-1", where: "serverless.yml:4" },
    { kind: "stage", name: "dev", where: "serverless.yml:5" },
    { kind: "stage", name: "prod", where: "serverless.yml:8" },
    {
      kind: "function",
      label: "migrate",
      name: "shop-migrate-{stage}",
      handler: "src/migrate.handler",
      where: "serverless.yml:11",
    },
    {
      kind: "function",
      label: "api",
      name: "shop-{stage}-api",
      handler: "src/api.handler",
      where: "serverless.yml:14",
    },
    {
      kind: "function",
      label: "odd",
      name: undefined,
      handler: "src/odd.handler",
      where: "serverless.yml:16",
    },
    { kind: "database", engine: "instance", identifier: "shop-{stage}", where: "serverless.yml:23" },
  ]);
});

test("SAM: a name made of a parameter, the folder of the code, the stages that are allowed", () => {
  const facts = readTemplate(
    "template.yaml",
    lines(
      "Transform: AWS::Serverless-2016-10-31",
      "Parameters:",
      "  Stage:",
      "    Type: String",
      "    AllowedValues: [dev, prod]",
      "Resources:",
      "  MigrateFunction:",
      "    Type: AWS::Serverless::Function",
      "    Properties:",
      '      FunctionName: !Sub "shop-migrate-${Stage}"',
      "      CodeUri: lambda/migrate/",
      "      Handler: app.handler",
      "  Other:",
      "    Type: AWS::Serverless::Function",
      "    Properties:",
      "      Handler: other.handler",
      "  Cluster:",
      "    Type: AWS::RDS::DBCluster",
      "    Properties:",
      "      DBClusterIdentifier: !Sub shop-${Stage}",
    ),
  );
  expect(facts).toEqual([
    { kind: "stage", name: "dev", where: "template.yaml:5" },
    { kind: "stage", name: "prod", where: "template.yaml:5" },
    {
      kind: "function",
      label: "MigrateFunction",
      name: "shop-migrate-{stage}",
      handler: "lambda/migrate/app.handler",
      where: "template.yaml:8",
    },
    {
      kind: "function",
      label: "Other",
      name: undefined,
      handler: "other.handler",
      where: "template.yaml:14",
    },
    { kind: "database", engine: "cluster", identifier: "shop-{stage}", where: "template.yaml:20" },
  ]);
  expect(readSamConfig("samconfig.toml", '[prod.deploy.parameters]\nregion = "eu-west-1"\n')).toEqual([
    { kind: "stage", name: "prod", where: "samconfig.toml:1" },
    { kind: "region", region: "eu-west-1", where: "samconfig.toml:2" },
  ]);
});

test("Terraform: variables of another file, the workspace, what is computed stays unknown", () => {
  const facts = readTerraform([
    {
      file: "variables.tf",
      text: lines(
        'variable "project" {',
        '  default = "schedulsign"',
        "}",
        'variable "aws_region" { default = "us-west-2" }',
        'variable "environment" {',
        '  default = "dev"',
        "}",
      ),
    },
    {
      file: "lambda.tf",
      text: lines(
        'provider "aws" {',
        "  region              = var.aws_region",
        '  allowed_account_ids = ["123456789012"]',
        "}",
        'resource "aws_lambda_function" "migrations" {',
        '  function_name = "${var.project}-migrations-${var.environment}"',
        '  handler       = "index.handler"',
        "  vpc_config {",
        "    subnet_ids = var.subnets",
        "  }",
        "}",
        'resource "aws_lambda_function" "computed" {',
        '  function_name = "${module.naming.name}-x"',
        "}",
        'resource "aws_db_instance" "main" {',
        '  identifier = "schedulsign-${terraform.workspace}"',
        "}",
      ),
    },
  ]);
  expect(facts).toEqual([
    { kind: "region", region: "us-west-2", where: "lambda.tf:1" },
    { kind: "account", account: "123456789012", where: "lambda.tf:1" },
    {
      kind: "function",
      label: "migrations",
      name: "schedulsign-migrations-{stage}",
      handler: "index.handler",
      where: "lambda.tf:5",
    },
    { kind: "function", label: "computed", name: undefined, handler: undefined, where: "lambda.tf:12" },
    { kind: "database", engine: "instance", identifier: "schedulsign-{stage}", where: "lambda.tf:15" },
  ]);
});

test("SST 3 and 2: the app's name, names of functions, stages that it asks for", () => {
  const three = readProgram(
    "sst.config.ts",
    lines(
      '/// <reference path="./.sst/platform/config.d.ts" />',
      "export default $config({",
      "  app(input) {",
      '    return { name: "template-saas", removal: input?.stage === "production" ? "retain" : "remove",',
      '      providers: { aws: { region: "us-west-2" } } };',
      "  },",
      "  async run() {",
      '    new sst.aws.Function("Migrate", {',
      "      name: `${$app.name}-api-migrate-lambda-${$app.stage}`,",
      '      handler: "back/migrate.handler", environment: { A: "b" },',
      "    });",
      '    new sst.aws.Function("Unnamed", { handler: "back/other.handler" });',
      "  },",
      "});",
    ),
  );
  expect(three).toMatchObject([
    { kind: "project", name: "template-saas" },
    { kind: "stage", name: "production", where: "sst.config.ts:4" },
    { kind: "region", region: "us-west-2" },
    {
      kind: "function",
      label: "Migrate",
      name: "template-saas-api-migrate-lambda-{stage}",
      handler: "back/migrate.handler",
      where: "sst.config.ts:10",
    },
    { kind: "function", label: "Unnamed", name: undefined },
  ]);
  const two = readProgram(
    "stacks/Database.ts",
    lines(
      'import { Function, StackContext } from "sst/constructs";',
      "export function Database({ stack, app }: StackContext) {",
      '  new Function(stack, "migrate", { functionName: `shop-${app.stage}-migrate`, handler: "packages/migrate.main" });',
      "}",
    ),
  );
  expect(functions(two)).toMatchObject([{ label: "migrate", name: "shop-{stage}-migrate" }]);
});

test("CDK: names, the database's identifier, account and region", () => {
  const facts = readProgram(
    "lib/stack.ts",
    lines(
      'import * as lambda from "aws-cdk-lib/aws-lambda";',
      'new lambda.Function(this, "Migrations", {',
      "  functionName: `shop-migrations-${props.stage}`,",
      '  handler: "index.handler",',
      "});",
      'new rds.DatabaseInstance(this, "Db", { instanceIdentifier: `shop-${stage}` });',
      'new Stack(app, "x", { env: { account: "123456789012", region: "eu-west-1" } });',
    ),
  );
  expect(facts).toEqual([
    { kind: "region", region: "eu-west-1", where: "lib/stack.ts:7" },
    { kind: "account", account: "123456789012", where: "lib/stack.ts:7" },
    { kind: "database", engine: "instance", identifier: "shop-{stage}", where: "lib/stack.ts:6" },
    {
      kind: "function",
      label: "Migrations",
      name: "shop-migrations-{stage}",
      handler: "index.handler",
      where: "lib/stack.ts:4",
    },
  ]);
  expect(readProgram("lib/other.ts", 'const x = { handler: "a.b", region: "eu-west-1" };')).toEqual([]);
});

test("pipelines: the stages that somebody can choose, or that a matrix has", () => {
  const facts = readPipeline(
    ".github/workflows/migrate.yml",
    lines(
      "on:",
      "  workflow_dispatch:",
      "    inputs:",
      "      environment: { type: choice, options: [dev, 'qa', \"prod\"] }",
      "jobs:",
      "  migrate:",
      "    strategy:",
      "      matrix:",
      "        stage: [staging, lint, test]",
      "        node: [20, 22]",
    ),
  );
  expect(facts).toEqual([
    ...["dev", "qa", "prod"].map((name) => ({
      kind: "stage",
      name,
      where: ".github/workflows/migrate.yml:4",
    })),
    { kind: "stage", name: "staging", where: ".github/workflows/migrate.yml:9" },
  ]);
});

test("pipelines: who is invoked with what, regions, accounts, environments", () => {
  const facts = readPipeline(
    ".github/workflows/deploy.yml",
    lines(
      "jobs:",
      "  migrate:",
      "    environment: production",
      "    steps:",
      "      - uses: aws-actions/configure-aws-credentials@v4",
      "        with:",
      "          role-to-assume: arn:aws:iam::123456789012:role/deploy",
      "          aws-region: us-west-2",
      "      - run: aws lambda invoke --function-name template-saas-api-migrate-lambda-dev /dev/null",
      "      - run: |",
      "          aws lambda invoke \\",
      '            --function-name "shop-migrate-${{ inputs.stage }}" \\',
      "            --payload '{}' out.json",
      '          aws lambda invoke --function-name q --payload \'{"sql": "SELECT 1"}\' out.json',
      '          aws lambda invoke --function-name a --payload \'{"admin_operation": "run_migrations"}\' out.json',
      "          aws lambda invoke --function-name $(terraform output -raw name) out.json",
      "          aws rds create-db-snapshot --db-instance-identifier shop-prod --db-snapshot-identifier x",
    ),
  );
  expect(facts).toEqual([
    {
      kind: "invocation",
      name: "template-saas-api-migrate-lambda-dev",
      event: "none",
      where: ".github/workflows/deploy.yml:9",
    },
    {
      kind: "invocation",
      name: "shop-migrate-{stage}",
      event: "{}",
      where: ".github/workflows/deploy.yml:11",
    },
    { kind: "invocation", name: "q", event: "sql", where: ".github/workflows/deploy.yml:14" },
    { kind: "invocation", name: "a", event: "admin_operation", where: ".github/workflows/deploy.yml:15" },
    {
      kind: "database",
      engine: "instance",
      identifier: "shop-prod",
      where: ".github/workflows/deploy.yml:17",
    },
    { kind: "region", region: "us-west-2", where: ".github/workflows/deploy.yml:8" },
    { kind: "account", account: "123456789012", where: ".github/workflows/deploy.yml:7" },
    { kind: "stage", name: "production", where: ".github/workflows/deploy.yml:3" },
  ]);
});

describe("the contract of a handler is told from its code", () => {
  const lambdas = fileURLToPath(new URL("../fixtures/lambdas/", import.meta.url));
  const projects = fileURLToPath(new URL("../fixtures/projects/", import.meta.url));
  const contractOf = (file: string, text: string) =>
    readHandler(file, text).map((fact) => (fact.kind === "handler" ? [fact.contract, fact.exported] : []));

  test.each([
    [`${lambdas}admin-operation-001/lambda_handler.py`, [["admin-operation", "handler"]]],
    [`${lambdas}admin-operation-001/migration_manager.py`, []],
    [
      `${lambdas}applied-list-003/db_migration_lambda/lambda_function.py`,
      [["applied-list", "lambda_handler"]],
    ],
    [`${lambdas}applied-list-003/db_query_lambda/query_function.py`, [["query", "lambda_handler"]]],
    [`${lambdas}empty-event-000/handler.py`, [["empty-event", "handler"]]],
    [`${lambdas}prisma-004/index.mjs`, [["empty-event", "handler"]]],
    [`${projects}sql/handler.mjs`, [["migrate-remote", "handler"]]],
    [`${projects}alembic/migrate_lambda.py`, [["migrate-remote", "handler"]]],
    [`${projects}flask-migrate/migrate_lambda.py`, [["migrate-remote", "handler"]]],
  ])("%s", (file, expected) => {
    expect(contractOf(file, readFileSync(file, "utf8"))).toEqual(expected);
  });

  test.each([
    [
      "it asks its event",
      "def handler(event, context):\n    if event.get('go'):\n        command.upgrade(cfg, 'head')\n",
    ],
    [
      "it hands its event on",
      "def handler(event, context):\n    run(event)\n\ndef run(e):\n    command.upgrade(cfg, 'head')\n",
    ],
    ["it does not migrate", "def handler(event, context):\n    return {'statusCode': 200}\n"],
    [
      "it is a comment",
      "# prisma migrate deploy runs elsewhere\ndef handler(event, context):\n    return dispatch(event)\n",
    ],
    ["no handler", "command.upgrade(cfg, 'head')\n"],
    [
      "the application migrates by itself",
      "from migrate_remote_handler import auto_migrate\n\ndef handler(event, context):\n    return app(event)\n",
    ],
  ])("and not where %s", (_, text) => {
    expect(contractOf("migrate.py", text)).toEqual([]);
  });

  test("only what may be a handler is read", () => {
    expect(mayHandle("src/models/user.py", new Set())).toBe(false);
    expect(mayHandle("src/models/user.py", new Set(["src/models/user.py"]))).toBe(true);
    expect(mayHandle("lambda/migrate.sql", new Set())).toBe(false);
  });
});

test("the code of a function is the file that it names, and none where several could be meant", () => {
  const files = [
    "api/index.mjs",
    "lambda/migrate/index.mjs",
    "services/db/app/main.py",
    "services/db/other.py",
  ];
  const codeAt = (where: string, handler: string) => codeOf(files, { handler, where });
  expect(codeAt("infra/main.tf:3", "index.handler")).toBeUndefined();
  expect(codeAt("infra/main.tf:3", "../lambda/migrate/index.handler")).toBe("lambda/migrate/index.mjs");
  expect(codeAt("sst.config.ts:3", "lambda/migrate/index.handler")).toBe("lambda/migrate/index.mjs");
  expect(codeAt("services/db/serverless.yml:3", "app.main.handler")).toBe("services/db/app/main.py");
  expect(codeAt("api/template.yaml:3", "./index.handler")).toBe("api/index.mjs");
  expect(codeAt("infra/main.tf:3", "other.handler")).toBe("services/db/other.py");
  expect(codeAt("infra/main.tf:3", "absent.handler")).toBeUndefined();
});

test("Terraform: the code is where the zip lies, or what is packed", () => {
  const facts = readTerraform([
    {
      file: "infra/main.tf",
      text: lines(
        'resource "aws_lambda_function" "one" {',
        '  filename = "${path.module}/../lambda/migrations/function.zip"',
        '  handler  = "index.handler"',
        "}",
        'data "archive_file" "two" {',
        '  source_dir = "${path.module}/../lambda/two"',
        "}",
        'resource "aws_lambda_function" "two" {',
        "  filename = data.archive_file.two.output_path",
        '  handler  = "index.handler"',
        "}",
        'resource "aws_lambda_function" "three" {',
        '  filename = "${var.zip}"',
        '  handler  = "index.handler"',
        "}",
      ),
    },
  ]);
  expect(functions(facts).map((fact) => fact.kind === "function" && fact.handler)).toEqual([
    "../lambda/migrations/index.handler",
    "../lambda/two/index.handler",
    "index.handler",
  ]);
});

test("YAML: lists, quotes, tags, blocks of text", () => {
  const text = lines(
    "a: 1 # one",
    'b: "x: # y"',
    "c:",
    "- d: 'it''s'",
    "  e: !Sub ${f}",
    "- plain",
    "g: |",
    "  h: not a key",
    "i:",
    "  j: k",
  );
  expect(readYaml(text).map(({ path, value, line }) => [path.join("."), value, line])).toEqual([
    ["a", "1", 1],
    ["b", "x: # y", 2],
    ["c.-.d", "it's", 4],
    ["c.-.e", "${f}", 5],
    ["c.-", "plain", 6],
    ["i.j", "k", 10],
  ]);
});

test("no text throws, and none takes long", () => {
  const piece = fc.oneof(
    fc.string({ unit: "binary", maxLength: 20 }),
    fc.constantFrom(
      "functions:\n",
      "  handler: a.b\n",
      "${",
      "}",
      "{",
      'resource "aws_lambda_function" "x" {',
      "handler: `",
      "aws lambda invoke \\\n",
      "- ",
      "\t",
      "def handler(event",
      "MIGRATIONS = {",
      "aws-cdk-lib",
    ),
  );
  const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(text, (said) => {
      readServerless("serverless.yml", said);
      readTemplate("template.yaml", `AWS::Lambda::Function ${said}`);
      readTerraform([{ file: "a.tf", text: said }]);
      readProgram("sst.config.ts", `sst ${said}`);
      readPipeline(".github/workflows/a.yml", said);
      readHandler("a.py", said);
      readHandler("a.mjs", said);
    }),
  );
  const began = performance.now();
  for (const long of [
    "{".repeat(250_000),
    "handler: 'a'\n".repeat(18_000),
    "  ".repeat(125_000),
    "aws ".repeat(60_000),
    "(".repeat(250_000),
    'x = "'.repeat(40_000),
  ]) {
    readServerless("serverless.yml", long);
    readTemplate("template.yaml", `AWS::Lambda::Function ${long}`);
    readTerraform([{ file: "a.tf", text: long }]);
    readProgram("sst.config.ts", `sst ${long}`);
    readPipeline(".github/workflows/a.yml", long);
    readHandler("a.py", `command.upgrade()\ndef handler(event)\n${long}`);
    readHandler("a.mjs", `export function handler(event) {} applyMigrations()\n${long}`);
  }
  expect(performance.now() - began).toBeLessThan(20_000);
}, 60_000);

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the files of other tools have them
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { filesBelow } from "./files-below.js";

const fixtures = fileURLToPath(new URL("../fixtures/", import.meta.url));
const lambda = (path: string) => readFileSync(`${fixtures}lambdas/${path}`, "utf8");
const project = (name: string) => filesBelow(`${fixtures}projects/${name}`);

/** Document 000: SST, Alembic, a pipeline that invokes without payload. */
export const sst000 = {
  "sst.config.ts": `export default $config({
  app(input) {
    return { name: "template-saas", home: "aws", providers: { aws: { region: "us-west-2" } } };
  },
  async run() {
    new sst.aws.Function("MigrateLambda", {
      name: \`\${$app.name}-api-migrate-lambda-\${$app.stage}\`,
      handler: "back/handler.handler",
      runtime: "python3.12",
    });
  },
});
`,
  "back/handler.py": lambda("empty-event-000/handler.py"),
  "back/migration.sh": lambda("empty-event-000/migration.sh"),
  "back/alembic.ini": lambda("empty-event-000/alembic.ini"),
  "back/alembic/env.py": lambda("empty-event-000/alembic/env.py"),
  ".github/workflows/deploy-backend.yml": `on: push
jobs:
  migrate:
    steps:
      - run: aws lambda invoke --function-name template-saas-api-migrate-lambda-dev /dev/null
`,
  ".github/workflows/migrate-production.yml": `on: workflow_dispatch
jobs:
  migrate:
    environment: production
    steps:
      - run: aws lambda invoke --function-name template-saas-api-migrate-lambda-prod /dev/null
`,
};

/** Document 001: the API's own Lambda takes admin_operation; Serverless Framework. */
export const serverless001 = {
  "serverless.yml": `service: backend
provider:
  name: aws
  region: eu-central-1
  stage: \${opt:stage, 'dev'}
params:
  staging: {}
  prod:
    domain: backend.example
functions:
  api:
    handler: lambda_handler.handler
    name: \${self:service}-\${sls:stage}-api
resources:
  Resources:
    Database:
      Type: AWS::RDS::DBInstance
      Properties:
        DBInstanceIdentifier: \${self:service}-\${sls:stage}
`,
  "lambda_handler.py": lambda("admin-operation-001/lambda_handler.py"),
  "migration_manager.py": lambda("admin-operation-001/migration_manager.py"),
  "migrations/env.py": lambda("admin-operation-001/migrations/env.py"),
  "migrations/script.py.mako": lambda("admin-operation-001/migrations/script.py.mako"),
};

/** Document 003: a map in the Lambda's code, a second Lambda that reads, scripts. */
export const scripts003 = {
  "services/db_migration_lambda/lambda_function.py": lambda(
    "applied-list-003/db_migration_lambda/lambda_function.py",
  ),
  "services/db_query_lambda/query_function.py": lambda("applied-list-003/db_query_lambda/query_function.py"),
  "infrastructure/main.tf": `provider "aws" {
  region = "us-west-2"
}
resource "aws_lambda_function" "migration" {
  function_name = "ops-pipeline-db-migration"
  handler       = "lambda_function.lambda_handler"
}
resource "aws_lambda_function" "query" {
  function_name = "ops-pipeline-db-query"
  handler       = "query_function.lambda_handler"
}
`,
  "scripts/migrate.sh": `aws lambda invoke \\
  --function-name ops-pipeline-db-migration \\
  --region us-west-2 \\
  --payload '{}' \\
  /tmp/migration_result.json
`,
};

/** Document 004: Prisma, Terraform, a Lambda that migrates on any event. */
export const terraform004 = {
  "package.json": JSON.stringify({ name: "schedulsign" }),
  "prisma/schema.prisma": project("prisma")["prisma/schema.prisma"] ?? "",
  "app/index.ts": "export default {};",
  "lambda/migrations/index.mjs": lambda("prisma-004/index.mjs"),
  "lambda/migrations/adapter.mjs": lambda("prisma-004/adapter.mjs"),
  "lambda/migrations/engine.mjs": lambda("prisma-004/engine.mjs"),
  "infrastructure/terraform/variables.tf": `variable "environment" {
  type = string
}
`,
  "infrastructure/terraform/lambda-migrations.tf": `resource "aws_lambda_function" "migrations" {
  function_name = "schedulsign-migrations-\${var.environment}"
  filename      = "\${path.module}/../../lambda/migrations/function.zip"
  handler       = "index.handler"
  timeout       = 300
}
resource "aws_db_instance" "main" {
  identifier = "schedulsign-\${var.environment}"
}
`,
  "infrastructure/terraform/dev.tfvars": "",
  "infrastructure/terraform/qa.tfvars": "",
  "infrastructure/terraform/prod.tfvars": "",
};

/** SAM and this package's handler. */
export const samOurs = {
  ...project("sql"),
  "template.yaml": `Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage:
    Type: String
    AllowedValues: [dev, prod]
Resources:
  Migrate:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub trading-migrate-\${Stage}
      CodeUri: .
      Handler: handler.handler
  Cluster:
    Type: AWS::RDS::DBCluster
    Properties:
      DBClusterIdentifier: !Sub trading-\${Stage}
`,
};

/** CDK names a Lambda whose code is elsewhere. */
export const cdkElsewhere = {
  "package.json": JSON.stringify({ name: "@acme/shop" }),
  "lib/stack.ts": `import * as lambda from "aws-cdk-lib/aws-lambda";
new lambda.Function(this, "Migrations", {
  functionName: \`shop-migrations-\${props.stage}\`,
  handler: "index.handler",
  code: lambda.Code.fromBucket(bucket, key),
});
new Stack(app, "Shop", { env: { account: "123456789012", region: "eu-west-1" } });
`,
  "db/migrations/0001_init.sql": "CREATE TABLE a (id int);",
};

import { handlerFolder, type WrittenHandler } from "./written.js";

/** How the handler gets to AWS, for exactly this function. `name` is a template of `{project}` and `{stage}`. */
export function handlerReadme(written: WrittenHandler, project: string, name: string): string {
  const named = (stage: string) => name.replaceAll("{project}", project).replaceAll("{stage}", stage);
  // As a variable of the tool whose file it stands in.
  const inTool = (variable: string) => named(`\${${variable}}`);
  const { runtime, lambdaHandler } = written;
  const variables = { DATABASE_SECRET_ARN: "", ...written.variables };
  const others = Object.entries(written.variables);
  return `# The Lambda that migrates

\`${written.file}\` is the far side of [migrate-remote](https://www.npmjs.com/package/migrate-remote): it runs inside the VPC, where the database can be reached.
It was written by \`migrate-remote init\`; on a local stage it runs as it is.

## What the function is

| setting | value |
| --- | --- |
| name | \`${named("dev")}\`, \`${named("prod")}\`: what \`function\` in \`.migraterc.json\` says |
| handler | \`${lambdaHandler}\` |
| runtime | \`${runtime}\` |
| timeout | 900 seconds; a run that needs longer goes on in another invocation |
| memory | 512 MB |
| network | private subnets that reach the database; a security group that the database's lets in on port 5432 |
| asynchronous retries | 0: Lambda by itself sends an asynchronous event again, twice |
| environment | ${Object.keys(variables)
    .map((key) => `\`${key}\``)
    .join(", ")} |

\`DATABASE_SECRET_ARN\` names a secret of Secrets Manager that holds the connection. \`DATABASE_URL\`, an SST secret or a parameter of SSM will do as well.
The role needs \`secretsmanager:GetSecretValue\` on it, and what \`AWSLambdaVPCAccessExecutionRole\` has; without a NAT gateway the
subnets need an endpoint for Secrets Manager.

## Its code

\`\`\`sh
migrate-remote deploy --stage dev --out migrate.zip   # packs it; sends nothing
migrate-remote deploy --stage dev                     # packs it and updates the function that is there
\`\`\`

\`package\` in \`.migraterc.json\` says what is packed. The function is created once, by whatever you have:

### SST

\`\`\`ts
// after: unzip -q -o migrate.zip -d build/migrate
new sst.aws.Function("Migrate", {
  name: \`${inTool("$app.stage")}\`,
  bundle: "build/migrate",
  handler: "${lambdaHandler}",
  runtime: "${runtime}",
  timeout: "15 minutes",
  memory: "512 MB",
  retries: 0,
  vpc,
  environment: { DATABASE_SECRET_ARN: secretArn${others.map(([key, value]) => `, ${key}: ${JSON.stringify(value)}`).join("")} },
  permissions: [{ actions: ["secretsmanager:GetSecretValue"], resources: [secretArn] }],
});
\`\`\`

### SAM

\`\`\`yaml
  Migrate:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: !Sub "${inTool("Stage")}"
      CodeUri: migrate.zip
      Handler: ${lambdaHandler}
      Runtime: ${runtime}
      Timeout: 900
      MemorySize: 512
      EventInvokeConfig:
        MaximumRetryAttempts: 0
      VpcConfig:
        SubnetIds: !Ref SubnetIds
        SecurityGroupIds: [!Ref SecurityGroupId]
      Environment:
        Variables:
          DATABASE_SECRET_ARN: !Ref DatabaseSecretArn
${others.map(([key, value]) => `          ${key}: ${JSON.stringify(value)}\n`).join("")}      Policies:
        - AWSSecretsManagerGetSecretValuePolicy:
            SecretArn: !Ref DatabaseSecretArn
\`\`\`

### Serverless Framework

\`\`\`yaml
functions:
  migrate:
    name: ${inTool("sls:stage")}
    package:
      artifact: migrate.zip
    handler: ${lambdaHandler}
    runtime: ${runtime}
    timeout: 900
    memorySize: 512
    maximumRetryAttempts: 0
    vpc:
      subnetIds: \${param:subnetIds}
      securityGroupIds:
        - \${param:securityGroupId}
    environment:
      DATABASE_SECRET_ARN: \${param:databaseSecretArn}
${others.map(([key, value]) => `      ${key}: ${JSON.stringify(value)}\n`).join("")}\`\`\`

### Terraform

\`\`\`hcl
resource "aws_lambda_function" "migrate" {
  function_name = "${inTool("var.stage")}"
  role          = aws_iam_role.migrate.arn
  filename      = "migrate.zip"
  handler       = "${lambdaHandler}"
  runtime       = "${runtime}"
  timeout       = 900
  memory_size   = 512

  vpc_config {
    subnet_ids         = var.private_subnet_ids
    security_group_ids = [aws_security_group.migrate.id]
  }
  environment {
    variables = {
      DATABASE_SECRET_ARN = var.database_secret_arn
${others.map(([key, value]) => `      ${key} = ${JSON.stringify(value)}\n`).join("")}    }
  }
  lifecycle {
    # migrate-remote deploy updates the code
    ignore_changes = [filename, source_code_hash]
  }
}

resource "aws_lambda_function_event_invoke_config" "migrate" {
  function_name          = aws_lambda_function.migrate.function_name
  maximum_retry_attempts = 0
}
\`\`\`

## Then

\`\`\`sh
migrate-remote doctor --stage dev
migrate-remote status --stage dev
\`\`\`
`;
}

export const readmePath = `${handlerFolder}/README.md`;

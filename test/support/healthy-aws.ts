import { CloudWatchClient, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateFunctionCommand,
  LambdaClient,
  PutFunctionEventInvokeConfigCommand,
} from "@aws-sdk/client-lambda";
import { CreateDBInstanceCommand, RDSClient, StopDBInstanceCommand } from "@aws-sdk/client-rds";
import { CreateTopicCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { wireOperations } from "../../src/contract/codecs/migrate-remote.js";
import type { Amendments } from "./amended-aws.js";
import type { Answered } from "./loopback.js";

export const region = "eu-west-1";
export const functionName = "shop-migrate";
export const topicArn = `arn:aws:sns:${region}:123456789012:migrations`;

/** A moto with a function, its logs, database, topic and alarm, all as they should be. */
export async function furnish(endpoint: string): Promise<void> {
  const settings = { endpoint, region, credentials: { accessKeyId: "a", secretAccessKey: "b" } };
  await makeRole(endpoint);
  const lambda = new LambdaClient(settings);
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: functionName,
      Runtime: "python3.13",
      Role: "arn:aws:iam::123456789012:role/migrate",
      Handler: "handler.handler",
      Code: { ZipFile: emptyZip },
      Timeout: 300,
      MemorySize: 512,
      VpcConfig: { SubnetIds: ["subnet-1", "subnet-2"], SecurityGroupIds: ["sg-1"] },
      Environment: {
        Variables: {
          DATABASE_URL: "postgresql://app:hunter2hunter2@db/shop",
          MIGRATION_SNS_TOPIC_ARN: topicArn,
        },
      },
    }),
  );
  await lambda.send(
    new PutFunctionEventInvokeConfigCommand({ FunctionName: functionName, MaximumRetryAttempts: 0 }),
  );
  const rds = new RDSClient(settings);
  for (const [identifier, retention] of [
    ["shop", 7],
    ["unkept", 0],
    ["stopped", 7],
  ] as const)
    await rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: identifier,
        Engine: "postgres",
        DBInstanceClass: "db.t4g.small",
        AllocatedStorage: 20,
        MasterUsername: "app",
        MasterUserPassword: "hunter2hunter2",
        BackupRetentionPeriod: retention,
      }),
    );
  await rds.send(new StopDBInstanceCommand({ DBInstanceIdentifier: "stopped" }));
  const sns = new SNSClient(settings);
  await sns.send(new CreateTopicCommand({ Name: "migrations" }));
  await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: "sms", Endpoint: "+491700000000" }));
  await new CloudWatchClient(settings).send(
    new PutMetricAlarmCommand({
      AlarmName: "migrations-fail",
      Namespace: "AWS/Lambda",
      MetricName: "Errors",
      Dimensions: [{ Name: "FunctionName", Value: functionName }],
      Statistic: "Sum",
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: "GreaterThanThreshold",
      AlarmActions: [topicArn],
    }),
  );
  await writeLogs(new CloudWatchLogsClient(settings));
}

async function writeLogs(logs: CloudWatchLogsClient): Promise<void> {
  const logGroupName = `/aws/lambda/${functionName}`;
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 90 }));
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: "s" }));
  await logs.send(
    new PutLogEventsCommand({
      logGroupName,
      logStreamName: "s",
      logEvents: [{ timestamp: Date.now() - 60_000, message: reportLine(12_000, 140) }],
    }),
  );
}

/** Lambda's last line of an invocation. */
export function reportLine(durationMs: number, memoryMb: number): string {
  const id = "11111111-2222-3333-4444-555555555555";
  return `REPORT RequestId: ${id}\tDuration: ${durationMs}.00 ms\tBilled Duration: ${durationMs} ms\tMemory Size: 512 MB\tMax Memory Used: ${memoryMb} MB\t\n`;
}

/** IAM is asked for this one thing only, so it gets no client. */
async function makeRole(endpoint: string): Promise<void> {
  const scope = `Credential=a/20260101/us-east-1/iam/aws4_request`;
  const answer = await fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0`,
    },
    body: new URLSearchParams({
      Action: "CreateRole",
      Version: "2010-05-08",
      RoleName: "migrate",
      AssumeRolePolicyDocument: "{}",
    }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}

/** The end of a central directory that is empty. */
const emptyZip = Buffer.from(`504b0506${"00".repeat(18)}`, "hex");

/** A status as our handler answers it. */
export function statusAnswer(more: Record<string, unknown> = {}): Answered {
  const answer = {
    operation: "status",
    success: true,
    state: "up_to_date",
    engine: "sql",
    current_revisions: ["001_a"],
    head_revisions: ["001_a"],
    migrations: [],
    problems: [],
    database: {
      host: "shop.aaaaaaaaaa.eu-west-1.rds.amazonaws.com",
      port: 5432,
      name: "shop",
      server_version: "16.4",
    },
    handler: { version: "0.0.0", operations: [...wireOperations] },
    ...more,
  };
  return { body: JSON.stringify(answer) };
}

/** What moto does not know, or would need Docker for. */
export const healthy: Amendments = {
  "lambda:InvokeFunction (DryRun)": { status: 204, body: "" },
  "lambda:InvokeFunction": statusAnswer(),
  "rds:DescribeAccountAttributes": quotaAnswer(12, 100),
};

export function quotaAnswer(used: number, max: number): Answered {
  const quotas = ["DBInstances", "ManualSnapshots", "ManualClusterSnapshots"].map(
    (name) =>
      `<AccountQuota><AccountQuotaName>${name}</AccountQuotaName><Used>${used}</Used><Max>${max}</Max></AccountQuota>`,
  );
  const result = `<DescribeAccountAttributesResult><AccountQuotas>${quotas.join("")}</AccountQuotas></DescribeAccountAttributesResult>`;
  return {
    headers: { "content-type": "text/xml" },
    body: `<DescribeAccountAttributesResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/">${result}</DescribeAccountAttributesResponse>`,
  };
}

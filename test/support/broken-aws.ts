import type { Check, CheckCode } from "../../src/workflow/results/doctor.js";
import type { Amendments } from "./amended-aws.js";
import { quotaAnswer, reportLine, statusAnswer, topicArn } from "./healthy-aws.js";
import type { Answered } from "./loopback.js";

/** One thing that is wrong, what doctor must call it, and what mends it. */
export interface Broken {
  what: string;
  stage?: string;
  amend?: Amendments;
  env?: Record<string, string>;
  /** AWS's clock, milliseconds ahead of ours. */
  ahead?: number;
  code: CheckCode;
  level: Check["level"];
  says: RegExp;
  fix?: RegExp;
}

export const setup = (patch: object): Amendments => ({ "lambda:GetFunctionConfiguration": { patch } });
const answers = (more: Record<string, unknown>): Amendments => ({
  "lambda:InvokeFunction": statusAnswer(more),
});
export const variables = (more: Record<string, string>) =>
  setup({
    Environment: {
      Variables: {
        DATABASE_URL: "postgresql://app:hunter2hunter2@db/shop",
        MIGRATION_SNS_TOPIC_ARN: topicArn,
        ...more,
      },
    },
  });
const failure = (code: string, message: string) => ({
  success: false,
  state: undefined,
  error: { code, message, hint: "Look there." },
});
const stsError = (code: string, message: string): Answered => ({
  status: 403,
  headers: { "content-type": "text/xml" },
  body: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
});
const lines = (...messages: string[]): Amendments => ({
  "logs:FilterLogEvents": {
    body: JSON.stringify({
      events: messages.map((message, index) => ({
        eventId: String(index),
        logStreamName: "s",
        timestamp: Date.now() - 1000,
        ingestionTime: Date.now(),
        message,
      })),
    }),
  },
});
const subscribed = (...arns: string[]): Amendments => ({
  "sns:ListSubscriptionsByTopic": {
    headers: { "content-type": "text/xml" },
    body: `<ListSubscriptionsByTopicResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><ListSubscriptionsByTopicResult><Subscriptions>${arns
      .map((arn) => `<member><Protocol>email</Protocol><SubscriptionArn>${arn}</SubscriptionArn></member>`)
      .join("")}</Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`,
  },
});
const alarms = (...list: object[]): Amendments => ({
  "cloudwatch:DescribeAlarms": { body: JSON.stringify({ MetricAlarms: list }) },
});
const alarm = {
  AlarmName: "migrations-fail",
  Namespace: "migrate-remote",
  MetricName: "MigrationFailure",
  Dimensions: [{ Name: "stage", Value: "dev" }],
  StateValue: "OK",
  ActionsEnabled: true,
  AlarmActions: [topicArn],
};

export const broken: Broken[] = [
  {
    what: "an SSO session that was never begun",
    stage: "sso",
    code: "credentials",
    level: "failed",
    says: /expired or no longer valid/,
    fix: /aws sso login --profile sso/,
  },
  {
    what: "the session is over",
    amend: {
      "sts:GetCallerIdentity": stsError(
        "ExpiredToken",
        "The security token included in the request is expired",
      ),
    },
    code: "credentials",
    level: "failed",
    says: /expired/,
    fix: /aws sso login/,
  },
  {
    what: "keys that AWS does not know",
    amend: {
      "sts:GetCallerIdentity": stsError(
        "InvalidClientTokenId",
        "The security token included in the request is invalid",
      ),
    },
    code: "credentials",
    level: "failed",
    says: /does not accept/,
    fix: /get-caller-identity/,
  },
  {
    what: "another account",
    stage: "strayed",
    code: "account",
    level: "failed",
    says: /of account 123456789012; stage strayed belongs to 999999999999/,
    fix: /--profile NAME/,
  },
  {
    what: "a protected stage that names no account",
    stage: "prod",
    code: "account",
    level: "warning",
    says: /stray profile/,
    fix: /"account": "123456789012"/,
  },
  { what: "no region", stage: "nowhere", code: "region", level: "failed", says: /region/, fix: /--region/ },
  {
    what: "a proxy of another kind",
    env: { HTTP_PROXY: "socks5://127.0.0.1:1" },
    code: "proxy",
    level: "failed",
    says: /not the URL of an http/,
    fix: /HTTP_PROXY=http/,
  },
  {
    what: "a bundle of certificates that is not there",
    env: { AWS_CA_BUNDLE: "/nowhere/ca.pem" },
    code: "certificates",
    level: "failed",
    says: /does not exist/,
    fix: /AWS_CA_BUNDLE/,
  },
  {
    what: "a clock ten minutes behind",
    ahead: 600_000,
    code: "clock_skew",
    level: "failed",
    says: /(599|60\d) s behind AWS's/,
    fix: /timedatectl/,
  },
  {
    what: "a clock two minutes ahead",
    ahead: -120_000,
    code: "clock_skew",
    level: "warning",
    says: /1[12]\d s ahead of/,
    fix: /timedatectl/,
  },
  {
    what: "no function of the name",
    stage: "unborn",
    code: "function_exists",
    level: "failed",
    says: /There is no function/,
    fix: /list-functions/,
  },
  {
    what: "a function asleep",
    amend: setup({ State: "Inactive" }),
    code: "function_state",
    level: "warning",
    says: /Inactive/,
    fix: /migrate-remote status --stage dev/,
  },
  {
    what: "a function that is being made",
    amend: setup({ State: "Pending", StateReason: "The function is being created." }),
    code: "function_state",
    level: "warning",
    says: /Pending: The function is being created/,
    fix: /aws lambda wait function-active-v2 --function-name shop-migrate/,
  },
  {
    what: "a function that could not be made",
    amend: setup({ State: "Failed", StateReason: "no addresses in subnet-1" }),
    code: "function_state",
    level: "failed",
    says: /no addresses in subnet-1/,
    fix: /Deploy it again/,
  },
  {
    what: "an update in progress",
    amend: setup({ LastUpdateStatus: "InProgress" }),
    code: "function_update",
    level: "warning",
    says: /in progress/,
    fix: /Wait/,
  },
  {
    what: "an update that failed",
    amend: setup({ LastUpdateStatus: "Failed", LastUpdateStatusReason: "the image is gone" }),
    code: "function_update",
    level: "failed",
    says: /the image is gone.*code from before/,
    fix: /Deploy it again/,
  },
  {
    what: "a short timeout",
    amend: setup({ Timeout: 30 }),
    code: "function_timeout",
    level: "warning",
    says: /30 s: short/,
    fix: /update-function-configuration --function-name shop-migrate --timeout 300/,
  },
  {
    what: "a run that nearly took the whole timeout",
    amend: lines(reportLine(270_000, 100)),
    code: "function_timeout",
    level: "warning",
    says: /300 s, and its longest run of late took 270 s/,
    fix: /--timeout 900/,
  },
  {
    what: "a run that used nearly all memory, in Lambda's JSON",
    amend: lines(
      JSON.stringify({
        time: "2026-11-20T10:00:00.000Z",
        type: "platform.report",
        record: { requestId: "r", metrics: { durationMs: 10, maxMemoryUsedMB: 500 } },
      }),
    ),
    code: "function_memory",
    level: "warning",
    says: /512 MB, and used up to 500 MB/,
    fix: /--memory-size 1024/,
  },
  {
    what: "retries of events",
    amend: {
      "lambda:GetFunctionEventInvokeConfig": {
        status: 404,
        headers: { "x-amzn-errortype": "ResourceNotFoundException" },
        body: JSON.stringify({ Message: "The function doesn't have an EventInvokeConfig" }),
      },
    },
    code: "async_retries",
    level: "warning",
    says: /2 times/,
    fix: /put-function-event-invoke-config --function-name shop-migrate --maximum-retry-attempts 0/,
  },
  {
    what: "a concurrency of nothing",
    amend: { "lambda:GetFunctionConcurrency": { body: '{"ReservedConcurrentExecutions":0}' } },
    code: "reserved_concurrency",
    level: "failed",
    says: /turns every call away/,
    fix: /--reserved-concurrent-executions 1/,
  },
  {
    what: "AUTO_MIGRATE",
    amend: variables({ AUTO_MIGRATE: "Yes" }),
    code: "auto_migrate",
    level: "warning",
    says: /any invocation may migrate/,
    fix: /AUTO_MIGRATE=false/,
  },
  {
    what: "AUTO_MIGRATE on a protected stage",
    stage: "prod",
    amend: variables({ AUTO_MIGRATE: "true" }),
    code: "auto_migrate",
    level: "failed",
    says: /nothing is sent/,
    fix: /AUTO_MIGRATE=false/,
  },
  {
    what: "no right to invoke",
    amend: { "lambda:InvokeFunction (DryRun)": "denied" },
    code: "invoke_permission",
    level: "failed",
    says: /lack lambda:InvokeFunction/,
    fix: /Allow lambda:InvokeFunction on shop-migrate/,
  },
  {
    what: "no VPC",
    amend: setup({ VpcConfig: {} }),
    code: "function_vpc",
    level: "warning",
    says: /in no VPC/,
    fix: /subnets and a security group/,
  },
  {
    what: "one subnet",
    amend: setup({ VpcConfig: { SubnetIds: ["subnet-1"], SecurityGroupIds: ["sg-1"] } }),
    code: "function_subnets",
    level: "warning",
    says: /one availability zone/,
    fix: /second zone/,
  },
  {
    what: "no word of the database, and a handler that says so",
    amend: {
      ...setup({ Environment: { Variables: {} } }),
      ...answers(failure("configuration_error", "The function's environment does not say which database.")),
    },
    code: "connection_source",
    level: "failed",
    says: /does not say which database/,
    fix: /DATABASE_URL/,
  },
  {
    what: "no log group",
    amend: {
      "logs:DescribeLogGroups": { body: '{"logGroups":[{"logGroupName":"/aws/lambda/shop-migrate-2"}]}' },
    },
    code: "log_group",
    level: "warning",
    says: /no log group \/aws\/lambda\/shop-migrate:/,
    fix: /logs:PutLogEvents/,
  },
  {
    what: "logs for ever",
    amend: {
      "logs:DescribeLogGroups": { body: '{"logGroups":[{"logGroupName":"/aws/lambda/shop-migrate"}]}' },
    },
    code: "log_retention",
    level: "warning",
    says: /kept for ever/,
    fix: /put-retention-policy --log-group-name \/aws\/lambda\/shop-migrate/,
  },
  {
    what: "a log without Lambda's own lines",
    amend: setup({
      LoggingConfig: { LogFormat: "JSON", SystemLogLevel: "WARN", LogGroup: "/aws/lambda/shop-migrate" },
    }),
    code: "logging_config",
    level: "warning",
    says: /system log level WARN/,
    fix: /INFO/,
  },
  {
    what: "a database out of reach",
    amend: answers(failure("database_unreachable", "The database at db:5432 cannot be reached.")),
    code: "database_reachable",
    level: "failed",
    says: /cannot be reached/,
    fix: /Look there/,
  },
  {
    what: "tables without history",
    amend: answers({ state: "tables_without_migration_history" }),
    code: "database_state",
    level: "warning",
    says: /already exists/,
    fix: /fix-history --stage dev/,
  },
  {
    what: "a history that disagrees",
    amend: answers({
      state: "inconsistent",
      problems: [{ code: "missing", message: "002_b is applied and not deployed." }],
    }),
    code: "database_state",
    level: "failed",
    says: /002_b is applied/,
    fix: /status --stage dev/,
  },
  {
    what: "a handler of another contract",
    amend: { "lambda:InvokeFunction": { body: '"Migrations complete"' } },
    code: "contract_answer",
    level: "failed",
    says: /not as contract migrate-remote says.*Migrations complete/s,
    fix: /`contract` in \.migraterc\.json/,
  },
  {
    what: "a handler that does not load",
    amend: {
      "lambda:InvokeFunction": {
        headers: { "x-amz-function-error": "Unhandled" },
        body: JSON.stringify({
          errorType: "Runtime.ImportModuleError",
          errorMessage: "No module named 'alembic'",
        }),
      },
    },
    code: "contract_answer",
    level: "failed",
    says: /No module named 'alembic'/,
    fix: /migrate-remote logs --stage dev/,
  },
  {
    what: "an old handler",
    amend: answers({ handler: { version: "0.0.0", operations: ["migration_status", "run_migrations"] } }),
    code: "handler_operations",
    level: "warning",
    says: /does not know fix_history, run_result, fence_run, list_runs/,
    fix: /Deploy a handler/,
  },
  {
    what: "a handler newer than this program",
    amend: answers({ handler: { version: "2.1.0", operations: [] } }),
    code: "handler_version",
    level: "warning",
    says: /2\.1\.0, this program 0\.0\.0/,
    fix: /npm install/,
  },
  {
    what: "no such database",
    stage: "lost",
    code: "rds_database",
    level: "failed",
    says: /nobody/,
    fix: /\.migraterc\.json/,
  },
  {
    what: "a database that is stopped",
    stage: "stopped",
    code: "rds_status",
    level: "failed",
    says: /stopped, which does not end/,
    fix: /aws rds start-db-instance --db-instance-identifier stopped/,
  },
  {
    what: "another database",
    amend: answers({
      database: { host: "other.aaaaaaaaaa.eu-west-1.rds.amazonaws.com", port: 5432, name: "shop" },
    }),
    code: "rds_match",
    level: "failed",
    says: /connected to other\.aaaa.*instance shop/,
    fix: /Make the two agree/,
  },
  {
    what: "no backups",
    stage: "unkept",
    code: "backup_retention",
    level: "warning",
    says: /off/,
    fix: /--backup-retention-period 7/,
  },
  {
    what: "no backups where they are the way back",
    stage: "recovered",
    code: "backup_retention",
    level: "failed",
    says: /stands behind each run/,
    fix: /--backup-retention-period 7/,
  },
  {
    what: "a snapshot wanted of nobody says what",
    stage: "unsaid",
    amend: answers({ database: undefined }),
    code: "snapshot_policy",
    level: "failed",
    says: /Which database/,
    fix: /"database": \{ "instance": "NAME" \}/,
  },
  {
    what: "no room for a snapshot",
    stage: "prod",
    amend: { "rds:DescribeAccountAttributes": quotaAnswer(100, 100) },
    code: "snapshot_quota",
    level: "failed",
    says: /100 of 100/,
    fix: /snapshot prune --stage prod/,
  },
  {
    what: "little room for snapshots",
    amend: { "rds:DescribeAccountAttributes": quotaAnswer(96, 100) },
    code: "snapshot_quota",
    level: "warning",
    says: /96 of 100/,
    fix: /Service Quotas/,
  },
  {
    what: "no topic",
    amend: setup({ Environment: { Variables: { DATABASE_URL: "x" } } }),
    code: "sns_topic",
    level: "warning",
    says: /nobody is told/,
    fix: /MIGRATION_SNS_TOPIC_ARN/,
  },
  {
    what: "a topic that is gone",
    amend: variables({ MIGRATION_SNS_TOPIC_ARN: `${topicArn}-old` }),
    code: "sns_topic",
    level: "failed",
    says: /There is no SNS topic .*migrations-old/,
    fix: /Make the topic/,
  },
  {
    what: "a subscription that waits",
    amend: subscribed("PendingConfirmation", `${topicArn}:1`),
    code: "sns_subscription",
    level: "warning",
    says: /1 of 2 subscriptions of migrations waits to be confirmed \(email\)/,
    fix: /Subscription Confirmation/,
  },
  {
    what: "nobody subscribed",
    amend: subscribed(),
    code: "sns_subscription",
    level: "warning",
    says: /Nobody is subscribed/,
    fix: /aws sns subscribe/,
  },
  {
    what: "no alarm of this function",
    amend: alarms({ ...alarm, Dimensions: [{ Name: "stage", Value: "prod" }] }),
    code: "alarms",
    level: "warning",
    says: /No alarm/,
    fix: /init --alarms cloudformation --stage dev/,
  },
  {
    what: "an alarm that strikes",
    amend: alarms({ ...alarm, StateValue: "ALARM" }),
    code: "alarms",
    level: "warning",
    says: /migrations-fail strikes/,
    fix: /logs --stage dev --last/,
  },
  {
    what: "an alarm that tells nobody",
    amend: alarms({ ...alarm, AlarmActions: [] }),
    code: "alarms",
    level: "warning",
    says: /tells nobody/,
    fix: /init --alarms cloudformation --stage dev/,
  },
];

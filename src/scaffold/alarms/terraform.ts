import { type Alarm, asksEngine, periodSeconds } from "./alarms.js";

/** Resources to put beside the function's: the alarms, and a topic where none is given. */
export function terraform(alarms: Alarm[], comments: string[]): string {
  return `${comments.map((line) => `# ${line}\n`).join("")}variable "migration_topic_arn" {
  type        = string
  default     = ""
  description = "The SNS topic to tell. Left empty, one is made."
}

variable "migration_email" {
  type        = string
  default     = ""
  description = "With a new topic, an address to tell. AWS asks it to confirm first."
}
${asksEngine(alarms) ? engineVariable : ""}
resource "aws_sns_topic" "migrations" {
  count = var.migration_topic_arn == "" ? 1 : 0
  name  = ${quoted(topicName(alarms))}
}

resource "aws_sns_topic_subscription" "migrations" {
  count     = var.migration_topic_arn == "" && var.migration_email != "" ? 1 : 0
  topic_arn = aws_sns_topic.migrations[0].arn
  protocol  = "email"
  endpoint  = var.migration_email
}

locals {
  migration_topic_arn = var.migration_topic_arn == "" ? aws_sns_topic.migrations[0].arn : var.migration_topic_arn
}

${alarms.map(resource).join("\n")}`;
}

const engineVariable = `
variable "migration_engine" {
  type        = string
  description = "What applies the migrations."
  validation {
    condition     = contains(["alembic", "prisma", "sql"], var.migration_engine)
    error_message = "One of alembic, prisma, sql."
  }
}
`;

function resource(alarm: Alarm): string {
  const dimensions = Object.entries(alarm.dimensions).map(
    ([name, value]) => `    ${name} = ${value === undefined ? "var.migration_engine" : quoted(value)}`,
  );
  return `resource "aws_cloudwatch_metric_alarm" "${snake(alarm.key)}" {
  alarm_name          = ${quoted(alarm.name)}
  alarm_description   = ${quoted(alarm.description)}
  namespace           = ${quoted(alarm.namespace)}
  metric_name         = ${quoted(alarm.metric)}
  statistic           = ${quoted(alarm.statistic)}
  period              = ${periodSeconds}
  evaluation_periods  = 1
  comparison_operator = ${quoted(alarm.comparison)}
  threshold           = ${alarm.threshold}
  treat_missing_data  = "notBreaching"
  alarm_actions       = [local.migration_topic_arn]

  dimensions = {
${dimensions.join("\n")}
  }
}
`;
}

/** Beside its alarms in the account's list. */
function topicName(alarms: Alarm[]): string {
  const functionName = alarms.find(({ dimensions }) => "FunctionName" in dimensions)?.dimensions.FunctionName;
  return `${functionName ?? "migrations"}-alarms`;
}

/** A string of HCL: what would be filled in is text there. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll("${", "$${").replaceAll("%{", "%%{");
}

function snake(key: string): string {
  return key.replace(/(?<=[a-z])[A-Z]/g, "_$&").toLowerCase();
}

import type { Target } from "../../config/target.js";
import type { Reading } from "../../remote/inspect/reading.js";
import type { FunctionSetup, LogGroup } from "../../remote/inspection.js";
import type { Check } from "../results/doctor.js";
import { awsCommand } from "../snapshots/aws-command.js";
import { check } from "./check.js";
import type { Usage } from "./usage.js";

export interface LogsSeen {
  /** The group alone where the function's configuration may not be read. */
  logging: FunctionSetup["logging"] | Pick<FunctionSetup["logging"], "group">;
  group: Reading<LogGroup | undefined>;
  usage: Reading<Usage>;
}

export function logsChecks(target: Target, { logging, group, usage }: LogsSeen): Check[] {
  return [
    ...("format" in logging ? [formatCheck(logging)] : []),
    ...groupChecks(target, logging.group, group),
    ...(usage.known || usage.code !== "access_denied"
      ? []
      : [check("log_lines").unread("What the function writes", usage)]),
  ];
}

/** Lambda's first and last lines of an invocation are of level INFO; its JSON format can leave them out. */
function formatCheck({ format, systemLevel }: FunctionSetup["logging"]): Check {
  const say = check("logging_config");
  if (format === "JSON" && systemLevel === "WARN")
    return say.warning(
      "Lambda's own lines are left out of the log (system log level WARN): durations are not known, and a run's end is guessed by silence.",
      "Set the function's system log level to INFO: LoggingConfig, SystemLogLevel.",
    );
  return say.ok(
    `It logs as ${format}${systemLevel === undefined ? "" : `, Lambda's own lines from ${systemLevel} on`}.`,
  );
}

function groupChecks(target: Target, name: string, group: Reading<LogGroup | undefined>): Check[] {
  const say = check("log_group");
  const retention = check("log_retention");
  if (!group.known) return [say.unread(`The log group ${name}`, group)];
  if (group.value === undefined)
    return [
      say.warning(
        `There is no log group ${name}: the function has never run, or its role may not write logs.`,
        "Allow its role logs:CreateLogGroup, logs:CreateLogStream and logs:PutLogEvents (AWSLambdaBasicExecutionRole).",
      ),
    ];
  const { retentionDays } = group.value;
  return [
    say.ok(`Log group ${name}.`),
    retentionDays === undefined
      ? retention.warning(
          "Its lines are kept for ever, and paid for.",
          awsCommand(target, [
            "logs",
            "put-retention-policy",
            "--log-group-name",
            name,
            "--retention-in-days",
            "365",
          ]),
        )
      : retention.ok(`Its lines are kept for ${retentionDays} days.`),
  ];
}

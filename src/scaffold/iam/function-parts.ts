import { allow, arn, functionArns } from "./arn.js";
import type { IamFacts, PolicyPart } from "./facts.js";

/** Commands that ask the function for something. */
const asking = [
  ...["status", "run", "fix-history", "runs", "attach", "logs", "deploy", "doctor"],
  ...["snapshot create", "snapshot list", "snapshot prune", "snapshot restore"],
];

/** What commands do with the function. */
export function functionParts(facts: IamFacts): PolicyPart[] {
  const { own, asked } = functionArns(facts, facts.function);
  const query = facts.queryFunction === undefined ? [] : [functionArns(facts, facts.queryFunction).asked];
  return [
    {
      statement: allow("ReadFunction", ["lambda:GetFunctionConfiguration"], [own, asked]),
      purpose:
        "its time limit, log group, state, code and AUTO_MIGRATE. Whoever has it can read the function's environment, a connection string in it included",
      commands: asking,
    },
    {
      statement: allow("InvokeFunction", ["lambda:InvokeFunction"], [asked, ...query]),
      purpose:
        "reading and migrating: IAM cannot tell the two apart, so whoever may ask for a status may also migrate",
      commands: asking,
    },
    {
      statement: allow(
        "DeployCode",
        ["lambda:UpdateFunctionCode", "lambda:PublishVersion", "lambda:UpdateAlias"],
        [own],
      ),
      purpose: "new code for the function",
      commands: ["deploy"],
    },
  ];
}

export function logParts(facts: IamFacts): PolicyPart[] {
  const group = arn(facts, "logs", `log-group:/aws/lambda/${facts.function.name}:*`);
  return [
    {
      statement: allow("ReadLogs", ["logs:FilterLogEvents"], [group]),
      purpose: "the function's log lines",
      commands: ["run", "fix-history", "attach", "logs", "doctor"],
    },
  ];
}

/** What `doctor` looks at besides. Without one of these its check is unknown, and the others go on. */
export function inspectionParts(facts: IamFacts): PolicyPart[] {
  const { own, asked } = functionArns(facts, facts.function);
  const look = (Sid: string, actions: string[], resources: string[], purpose: string): PolicyPart => ({
    statement: allow(Sid, actions, resources),
    purpose,
    commands: ["doctor"],
  });
  return [
    look(
      "InspectFunction",
      ["lambda:GetFunctionEventInvokeConfig", "lambda:GetFunctionConcurrency"],
      [own, asked],
      "retries of asynchronous invocations, reserved concurrency",
    ),
    look(
      "InspectAlarms",
      ["cloudwatch:DescribeAlarms"],
      [arn(facts, "cloudwatch", "alarm:*")],
      "alarms on the migrations",
    ),
    look(
      "InspectTopic",
      ["sns:ListSubscriptionsByTopic"],
      [arn(facts, "sns", "*")],
      "whether anybody has confirmed to be told",
    ),
  ];
}

/** Asks about the whole account: IAM knows no resource for it. */
export function accountPart({ hasDatabase }: { hasDatabase: boolean }): PolicyPart {
  return {
    statement: allow(
      "InspectAccount",
      ["logs:DescribeLogGroups", ...(hasDatabase ? ["rds:DescribeAccountAttributes"] : [])],
      ["*"],
    ),
    purpose: `how long the log group keeps lines${hasDatabase ? ", room for another snapshot" : ""}`,
    commands: ["doctor"],
  };
}

import { allow, arn, functionArns } from "./arn.js";
import type { IamFacts, PolicyPart, Statement } from "./facts.js";

/**
 * What the function's own role needs (document 004's list). The names of secret, parameter, topic and key are in the function's environment, which the
 * configuration does not know: those in capitals are to be filled in, and a statement whose variable is not set can go.
 */
export function handlerParts(facts: IamFacts): PolicyPart[] {
  const name = facts.function.name;
  const group = arn(facts, "logs", `log-group:/aws/lambda/${name}`);
  return [
    part(
      allow("Logs", ["logs:CreateLogStream", "logs:PutLogEvents"], [`${group}:*`]),
      "its own log lines; make the log group with the function, so that it has a retention",
    ),
    part(
      allow(
        "Network",
        networkWrites,
        ["network-interface/*", "subnet/*", "security-group/*"].map((name) => arn(facts, "ec2", name)),
      ),
      "Lambda's way into the VPC; the interfaces that it makes have names of Lambda's own choice",
    ),
    part(allow("NetworkReads", networkReads, ["*"]), "the same; IAM knows no narrower resource for reads"),
    part(
      {
        Sid: "NetworkByLambdaAlone",
        Effect: "Deny",
        Action: [...networkWrites, ...networkReads],
        Resource: ["*"],
        Condition: { ArnEquals: { "lambda:SourceFunctionArn": functionArns(facts, facts.function).own } },
      },
      "Lambda attaches the function, and the function's code may not do it itself",
    ),
    part(
      allow(
        "DatabaseSecret",
        ["secretsmanager:GetSecretValue"],
        [arn(facts, "secretsmanager", "secret:SECRET-NAME-??????")],
      ),
      "where DATABASE_SECRET_ARN or DATABASE_SECRET_ID names the connection",
    ),
    part(
      allow("DatabaseParameter", ["ssm:GetParameter"], [arn(facts, "ssm", "parameter/PARAMETER-NAME")]),
      "where DATABASE_URL_PARAMETER names it",
    ),
    part(
      allow("Notices", ["sns:Publish"], [arn(facts, "sns", "TOPIC-NAME")]),
      "where MIGRATION_SNS_TOPIC_ARN names a topic",
    ),
    part(
      allow("OwnKey", ["kms:Decrypt", "kms:GenerateDataKey"], [arn(facts, "kms", "key/KEY-ID")], {
        StringLike: { "kms:ViaService": ["secretsmanager.*", "ssm.*", "sns.*"] },
      }),
      "where secret, parameter or topic are encrypted with a key of your own",
    ),
  ];
}

const networkWrites = [
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];
const networkReads = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"];

function part(statement: Statement, purpose: string): PolicyPart {
  return { statement, purpose, commands: [] };
}

import { type Alarm, asksEngine, periodSeconds } from "./alarms.js";

/** A template: the alarms, and a topic where none is given. */
export function cloudFormation(alarms: Alarm[], comments: string[]): string {
  return `${comments.map((line) => `# ${line}\n`).join("")}AWSTemplateFormatVersion: "2010-09-09"
Description: Alarms on database migrations

Parameters:
  TopicArn:
    Type: String
    Default: ""
    Description: The SNS topic to tell. Left empty, one is made.
  Email:
    Type: String
    Default: ""
    Description: With a new topic, an address to tell. AWS asks it to confirm first.
${asksEngine(alarms) ? enginePart : ""}
Conditions:
  MakesTopic: !Equals [!Ref TopicArn, ""]
  TellsEmail: !And
    - !Condition MakesTopic
    - !Not [!Equals [!Ref Email, ""]]

Resources:
  Topic:
    Type: AWS::SNS::Topic
    Condition: MakesTopic

  EmailSubscription:
    Type: AWS::SNS::Subscription
    Condition: TellsEmail
    Properties:
      TopicArn: !Ref Topic
      Protocol: email
      Endpoint: !Ref Email

${alarms.map(resource).join("\n")}
Outputs:
  Topic:
    Description: Who is told
    Value: !If [MakesTopic, !Ref Topic, !Ref TopicArn]
`;
}

const enginePart = `  Engine:
    Type: String
    AllowedValues: [alembic, prisma, sql]
    Description: What applies the migrations
`;

function resource(alarm: Alarm): string {
  const dimensions = Object.entries(alarm.dimensions).map(
    ([name, value]) => `
        - Name: ${name}
          Value: ${value === undefined ? "!Ref Engine" : JSON.stringify(value)}`,
  );
  return `  ${alarm.key}:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmName: ${JSON.stringify(alarm.name)}
      AlarmDescription: ${JSON.stringify(alarm.description)}
      Namespace: ${alarm.namespace}
      MetricName: ${alarm.metric}
      Dimensions:${dimensions.join("")}
      Statistic: ${alarm.statistic}
      Period: ${periodSeconds}
      EvaluationPeriods: 1
      ComparisonOperator: ${alarm.comparison}
      Threshold: ${alarm.threshold}
      TreatMissingData: notBreaching
      AlarmActions:
        - !If [MakesTopic, !Ref Topic, !Ref TopicArn]
`;
}

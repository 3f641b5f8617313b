import type { FunctionRef, IamFacts, Statement } from "./facts.js";

/** Which partition a region is in: each has ARNs of its own. */
export function partitionOf(region: string | undefined): string {
  return partitions.find(([prefix]) => region?.startsWith(prefix))?.[1] ?? "aws";
}

const partitions: [prefix: string, partition: string][] = [
  ["cn-", "aws-cn"],
  ["us-gov-", "aws-us-gov"],
  ["us-isob-", "aws-iso-b"],
  ["us-isof-", "aws-iso-f"],
  ["us-iso-", "aws-iso"],
  ["eu-isoe-", "aws-iso-e"],
  ["eusc-", "aws-eusc"],
];

/** An ARN in the stage's partition, region and account. */
export function arn(facts: IamFacts, service: string, resource: string): string {
  return `arn:${facts.partition}:${service}:${facts.region ?? "*"}:${facts.account ?? "*"}:${resource}`;
}

/** A function is not its version or alias: what is asked of one needs the right to that one. */
export function functionArns(
  facts: IamFacts,
  { name, qualifier, region, account }: FunctionRef,
): { own: string; asked: string } {
  const place = {
    ...facts,
    ...(region === undefined ? {} : { region }),
    ...(account === undefined ? {} : { account }),
  };
  const own = arn(place, "lambda", `function:${name}`);
  return { own, asked: qualifier === undefined ? own : `${own}:${qualifier}` };
}

export function allow(
  Sid: string,
  Action: string[],
  Resource: string[],
  Condition?: Statement["Condition"],
): Statement {
  return {
    Sid,
    Effect: "Allow",
    Action,
    Resource: [...new Set(Resource)],
    ...(Condition === undefined ? {} : { Condition }),
  };
}

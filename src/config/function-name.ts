/** A Lambda function as it may be named: by name, partial ARN or ARN, with or without qualifier. */
export interface FunctionName {
  name: string;
  /** A version, an alias or `$LATEST`. */
  qualifier?: string;
  /** 12 digits. */
  account?: string;
  /** Set together with `partition`: the name is a whole ARN. */
  region?: string;
  /** `aws`, `aws-us-gov`, `aws-cn`. */
  partition?: string;
}

// Lambda's own pattern (FunctionName of Invoke), its groups named; region as wide as newer partitions need.
const pattern =
  /^(?:arn:(?<partition>aws[a-z-]*):lambda:(?<region>[a-z]{2,6}(?:-[a-z]{2,12}){1,3}-\d{1,2}):)?(?:(?<account>\d{12}):)?(?:function:)?(?<name>[a-zA-Z0-9_.-]+)(?::(?<qualifier>\$LATEST|[a-zA-Z0-9_-]{1,129}))?$/;

/** Lambda's limits: 64 for a name alone, 140 for an ARN, 170 with a qualifier. */
export function parseFunctionName(text: string): FunctionName | { invalid: string } {
  const groups = pattern.exec(text)?.groups;
  if (groups?.name === undefined) {
    return { invalid: "is not the name of a Lambda function, name:alias, or an ARN of one" };
  }
  if (groups.partition !== undefined && groups.account === undefined) {
    return { invalid: "is an ARN without an account" };
  }
  if (groups.name.length > 64) return { invalid: "has a function name longer than Lambda's 64 characters" };
  if (text.length > 170) return { invalid: "is longer than Lambda's 170 characters" };
  return {
    name: groups.name,
    ...(groups.qualifier === undefined ? {} : { qualifier: groups.qualifier }),
    ...(groups.account === undefined ? {} : { account: groups.account }),
    ...(groups.region === undefined ? {} : { region: groups.region }),
    ...(groups.partition === undefined ? {} : { partition: groups.partition }),
  };
}

/** The shortest text that means the same function; the qualifier is left to its own parameter unless asked for. */
export function formatFunctionName(name: FunctionName, parts: { qualifier: boolean }): string {
  const qualifier = parts.qualifier && name.qualifier !== undefined ? `:${name.qualifier}` : "";
  if (name.account === undefined) return `${name.name}${qualifier}`;
  const arn = name.partition === undefined ? "" : `arn:${name.partition}:lambda:${name.region}:`;
  return `${arn}${name.account}:function:${name.name}${qualifier}`;
}

/** What the policies of one stage have to know of it. */
export interface IamFacts {
  stage: string;
  /** `aws`, `aws-cn`, `aws-us-gov`, … */
  partition: string;
  /** Absent where the configuration does not say it: then `*` stands for it. */
  region?: string;
  /** 12 digits; absent likewise. */
  account?: string;
  function: FunctionRef;
  /** The contract's second function, which only reads. */
  queryFunction?: FunctionRef;
  /** What is snapshotted; absent where only the function's own connection tells. */
  database?: { kind: "instance" | "cluster"; identifier: string };
  /** A run may take a snapshot, or look at the recovery window. */
  hasWayBack: boolean;
  /** How the names of this stage's snapshots begin, by kind. */
  snapshotPrefix: Record<"instance" | "cluster", string>;
  /** The role that is assumed with the credentials found. */
  roleArn?: string;
  /** The far side is one of our handlers. */
  ourHandler: boolean;
  /** `owner/name` on GitHub. */
  repository?: string;
}

export interface FunctionRef {
  name: string;
  /** A version or an alias. */
  qualifier?: string;
  /** Where its name says that it is elsewhere. */
  region?: string;
  account?: string;
}

/** One statement of a policy, as IAM takes it. */
export interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

/** A part of a policy: one statement, what it is for, and who needs it. */
export interface PolicyPart {
  statement: Statement;
  /** For people: why it is there. */
  purpose: string;
  /** The commands that need it, as they are typed; none: the function itself. */
  commands: string[];
}

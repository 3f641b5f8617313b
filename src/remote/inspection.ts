import type { Reading } from "./inspect/reading.js";

/** What can be looked at of a stage in AWS without executing or changing anything. Nothing here rejects: what may not be read says so. */
export interface Inspection {
  /** The region that requests are signed for, whoever said it. */
  region(): Promise<Reading<string>>;
  /** Whose credentials these are, and how far this machine's clock is from AWS's. */
  identity(now: () => Date): Promise<IdentitySeen>;
  credentials(): Promise<Reading<CredentialFacts>>;
  functionSetup(): Promise<Reading<FunctionSetup>>;
  /**
   * Asks Lambda whether the function may be invoked. It executes nothing (`InvocationType=DryRun`), and is sent to no host but AWS's own: what
   * only speaks its protocol may not know the word, and execute.
   */
  mayInvoke(): Promise<Reading<true>>;
  /** Lambda's own two retries where nobody said otherwise. */
  asyncRetries(): Promise<Reading<number>>;
  /** Undefined: none is reserved. */
  reservedConcurrency(): Promise<Reading<number | undefined>>;
  /** Undefined: there is no such group. */
  logGroup(name: string): Promise<Reading<LogGroup | undefined>>;
  /** The metric alarms of this account and region. */
  alarms(): Promise<Reading<Alarm[]>>;
  /** Undefined: there is no such topic. */
  subscriptions(topicArn: string): Promise<Reading<Subscription[] | undefined>>;
  /** How many manual snapshots there are and may be; undefined where RDS does not tell. */
  snapshotQuota(kind: "instance" | "cluster"): Promise<Reading<Quota | undefined>>;
}

export interface IdentitySeen {
  identity: Reading<Identity>;
  /** Milliseconds that AWS's clock is ahead of this machine's; absent where no answer told. */
  clockAheadMs?: number;
}

export interface Identity {
  account: string;
  arn: string;
}

export interface CredentialFacts {
  /** Where they come from, in words; absent where the SDK does not tell. */
  source?: string;
  /** ISO 8601, UTC. Absent for keys that do not expire. */
  expiresAt?: string;
}

/** A function's configuration as far as a migration needs it. Values of environment variables stay here. */
export interface FunctionSetup {
  /** `Active`, `Pending`, `Inactive` or `Failed`. */
  state: string;
  stateReason?: string;
  /** `Successful`, `InProgress` or `Failed`. */
  updateStatus: string;
  updateReason?: string;
  timeoutSeconds: number;
  memoryMb: number;
  runtime?: string;
  subnets: number;
  securityGroups: number;
  logging: { group: string; format: string; systemLevel?: string };
  /** Names of the environment's variables that are not blank; undefined where Lambda could not decipher them. */
  variables?: string[];
  autoMigrate: boolean;
  /** The SNS topic that its environment names: where it tells how a migration ended. */
  topicArn?: string;
}

export interface LogGroup {
  /** Absent: kept for ever. */
  retentionDays?: number;
}

export interface Alarm {
  name: string;
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`. */
  state: string;
  /** Somebody is told when it strikes. */
  tells: boolean;
  metrics: { namespace: string; name: string; dimensions: Readonly<Record<string, string>> }[];
}

export interface Subscription {
  protocol: string;
  confirmed: boolean;
}

export interface Quota {
  used: number;
  max: number;
}

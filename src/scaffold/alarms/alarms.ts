/** What the alarms of one stage have to know of it. */
export interface AlarmFacts {
  stage: string;
  functionName: string;
  /** What applies migrations there: a dimension of the handler's metrics. Absent: to be filled in. */
  engine?: "alembic" | "prisma" | "sql";
  /** The far side is one of our handlers, which writes metrics of its own. */
  ourHandler: boolean;
}

/** One alarm on one metric. */
export interface Alarm {
  /** A word for CloudFormation's and Terraform's own names. */
  key: string;
  name: string;
  description: string;
  namespace: string;
  metric: string;
  /** Undefined: what applies the migrations, which whoever puts the alarms in place has to say. */
  dimensions: Record<string, string | undefined>;
  statistic: "Sum" | "Maximum";
  comparison: "GreaterThanOrEqualToThreshold";
  threshold: number;
}

/** How long a run may take before somebody is told: five minutes (document 001). Milliseconds. */
const longMs = 300_000;

/** Who looks once in five minutes sees each failure once. Seconds. */
export const periodSeconds = 300;

/**
 * What document 001 asks to be told of: failures, what takes longer than five minutes, connection errors. The function's own metrics see what the handler
 * cannot write down: that it was killed, or never began.
 */
export function alarmsFor(facts: AlarmFacts): Alarm[] {
  return [...(facts.ourHandler ? handlerAlarms(facts) : []), ...functionAlarms(facts)];
}

function handlerAlarms({ stage, engine, functionName }: AlarmFacts): Alarm[] {
  const of = { namespace: "migrate-remote", dimensions: { stage, engine } };
  const look = `Look: migrate-remote runs --stage ${stage}`;
  return [
    {
      ...of,
      ...atLeast(1, "Sum"),
      key: "MigrationFailed",
      name: `${functionName}-migration-failed`,
      description: `A migration failed on stage ${stage}. ${look}`,
      metric: "MigrationFailure",
    },
    {
      ...of,
      ...atLeast(longMs, "Maximum"),
      key: "MigrationSlow",
      name: `${functionName}-migration-slow`,
      description: `A run on stage ${stage} took five minutes or more. ${look} --stats`,
      metric: "MigrationDuration",
    },
    {
      ...of,
      ...atLeast(1, "Sum"),
      key: "DatabaseUnreachable",
      name: `${functionName}-database-unreachable`,
      description: `The migration function of stage ${stage} cannot reach its database. Look: migrate-remote doctor --stage ${stage}`,
      metric: "DatabaseConnectionErrors",
    },
  ];
}

function functionAlarms({ stage, functionName }: AlarmFacts): Alarm[] {
  const of = { namespace: "AWS/Lambda", dimensions: { FunctionName: functionName } };
  const look = `Look: migrate-remote logs --stage ${stage} --level error`;
  return [
    {
      ...of,
      ...atLeast(1, "Sum"),
      key: "FunctionError",
      name: `${functionName}-errors`,
      description: `The migration function of stage ${stage} threw, ran out of time or was killed. ${look}`,
      metric: "Errors",
    },
    {
      ...of,
      // Where the time limit is five minutes, a function that reaches it has taken exactly that.
      ...atLeast(longMs, "Maximum"),
      key: "FunctionSlow",
      name: `${functionName}-slow`,
      description: `An invocation of the migration function of stage ${stage} took five minutes or more. ${look}`,
      metric: "Duration",
    },
    {
      ...of,
      ...atLeast(1, "Sum"),
      key: "FunctionThrottled",
      name: `${functionName}-throttles`,
      description: `An invocation of the migration function of stage ${stage} was turned away: too many at once. Look: migrate-remote doctor --stage ${stage}`,
      metric: "Throttles",
    },
  ];
}

function atLeast(threshold: number, statistic: Alarm["statistic"]) {
  return { comparison: "GreaterThanOrEqualToThreshold", threshold, statistic } as const;
}

/** Whether a dimension is left to whoever puts the alarms in place. */
export function asksEngine(alarms: Alarm[]): boolean {
  return alarms.some(({ dimensions }) => Object.values(dimensions).includes(undefined));
}

import { Failure } from "../../contract/failure.js";
import type { DatabaseIdentity } from "../../contract/report.js";
import type { Database } from "../../remote/databases.js";
import { known, type Reading, reading } from "../../remote/inspect/reading.js";
import type { Check } from "../results/doctor.js";
import { findDatabase } from "../snapshots/find-database.js";
import { matchDatabase } from "../snapshots/right-database.js";
import type { Asked } from "./asked.js";
import { rdsChecks } from "./database.js";
import type { ExaminedStage } from "./examine-aws.js";
import { snapshotChecks } from "./snapshots.js";

/** What stands behind a run: the database as RDS knows it, and its snapshots. */
export async function examineRds(stage: ExaminedStage, asked: Promise<Asked>): Promise<Check[]> {
  const { target, inspection, now } = stage;
  const quotaRead = inspection.snapshotQuota(target.database?.kind ?? "instance");
  // The configured one is looked up while the function is still being asked.
  const configured = target.database === undefined ? undefined : find(stage);
  const answer = await asked;
  const connected = answer.kind === "report" ? answer.report.database : undefined;
  const database = await (configured ?? find(stage, connected));
  if (database === "unsaid") return snapshotChecks(target, { isNamed: false, quota: await quotaRead }, now());
  const [quota, beside] = await Promise.all([
    quotaRead,
    database.known ? readBeside(stage, database.value, connected) : {},
  ]);
  return [
    ...rdsChecks(target, { database, ...beside }),
    ...snapshotChecks(target, { isNamed: true, quota, ...beside }, now()),
  ];
}

async function readBeside(stage: ExaminedStage, database: Database, connected: DatabaseIdentity | undefined) {
  const within = bounded(stage);
  const action = `rds:DescribeDB${database.kind === "cluster" ? "Cluster" : ""}Snapshots`;
  const [snapshots, match] = await Promise.all([
    reading(action, () => within.databases.snapshots(database, { signal: within.signal })),
    connected && reading("rds:DescribeDBProxies", () => matchDatabase(within, database, connected)),
  ]);
  return { snapshots, ...(match === undefined ? {} : { match }) };
}

async function find(
  stage: ExaminedStage,
  connected?: DatabaseIdentity,
): Promise<Reading<Database> | "unsaid"> {
  const kind = stage.target.database?.kind === "cluster" ? "Clusters" : "Instances";
  try {
    return known(await findDatabase(bounded(stage), connected));
  } catch (error) {
    if (error instanceof Failure && error.code === "database_unconfigured") return "unsaid";
    return reading<never>(`rds:DescribeDB${kind}`, () => Promise.reject(error));
  }
}

const patienceMs = 8_000;

function bounded(stage: ExaminedStage): ExaminedStage {
  return { ...stage, signal: AbortSignal.any([stage.signal, AbortSignal.timeout(patienceMs)]) };
}

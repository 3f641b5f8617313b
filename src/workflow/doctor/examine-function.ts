import { Failure } from "../../contract/failure.js";
import type { DatabaseIdentity } from "../../contract/report.js";
import { known, type Reading, reading } from "../../remote/inspect/reading.js";
import type { FunctionSetup } from "../../remote/inspection.js";
import type { Check } from "../results/doctor.js";
import { findDatabase } from "../snapshots/find-database.js";
import { matchDatabase } from "../snapshots/right-database.js";
import { type Asked, askStatus, reasonNotToAsk } from "./asked.js";
import { connectionCheck } from "./connection.js";
import { databaseChecks, type RdsSeen, rdsChecks } from "./database.js";
import type { ExaminedStage, Surroundings } from "./examine-aws.js";
import { functionChecks } from "./function.js";
import { handlerChecks } from "./handler.js";
import { logsChecks } from "./logs.js";
import { networkChecks } from "./network.js";
import { alarmsCheck, topicChecks } from "./notices.js";
import { type SnapshotsSeen, snapshotChecks } from "./snapshots.js";
import { readUsage } from "./usage.js";

/** The function and all that stands around it. What does not need an earlier answer is asked at once. */
export async function examineFunction(stage: ExaminedStage, { version }: Surroundings): Promise<Check[]> {
  const { target, inspection, codec, now } = stage;
  const setupRead = inspection.functionSetup();
  const mayInvokeRead = inspection.mayInvoke();
  const askedRead = Promise.all([setupRead, mayInvokeRead]).then(([setup, mayInvoke]) =>
    askIfAllowed(stage, setup, mayInvoke),
  );
  const groupRead = setupRead.then((setup) => loggingOf(stage, setup));
  const [
    setup,
    mayInvoke,
    asyncRetries,
    reservedConcurrency,
    alarms,
    quota,
    logging,
    group,
    usage,
    asked,
    database,
  ] = await Promise.all([
    setupRead,
    mayInvokeRead,
    inspection.asyncRetries(),
    inspection.reservedConcurrency(),
    inspection.alarms(),
    inspection.snapshotQuota(target.database?.kind ?? "instance"),
    groupRead,
    groupRead.then(({ group }) => inspection.logGroup(group)),
    groupRead.then(({ group }) => readUsage(stage, group)),
    askedRead,
    readDatabase(stage, askedRead),
  ]);
  const topicArn = setup.known ? setup.value.topicArn : undefined;
  const subscriptions = topicArn === undefined ? undefined : await inspection.subscriptions(topicArn);
  return [
    ...functionChecks(target, { setup, mayInvoke, usage, asyncRetries, reservedConcurrency }),
    ...(setup.known ? networkChecks(setup.value) : []),
    ...(isMissing(setup) ? [] : logsChecks(target, { logging, group, usage })),
    ...(setup.known ? [connectionCheck(setup.value.variables, asked, codec.tracksRuns)] : []),
    ...databaseChecks(target, asked),
    ...(database === undefined ? [] : rdsChecks(target, database)),
    ...snapshotChecks(
      target,
      { quota, ...(database === undefined ? {} : { snapshots: database.snapshots }) },
      now(),
    ),
    ...(setup.known ? topicChecks(topicArn, subscriptions) : []),
    alarmsCheck(target, alarms),
    ...handlerChecks({ stage: target.stage, codec, version }, asked),
  ];
}

function isMissing(setup: Reading<FunctionSetup>): boolean {
  return !setup.known && setup.code === "function_not_found";
}

/** Lambda's own where the configuration may not be read. */
function loggingOf({ target }: ExaminedStage, setup: Reading<FunctionSetup>): FunctionSetup["logging"] {
  return setup.known
    ? setup.value.logging
    : { group: `/aws/lambda/${target.functionShortName}`, format: "Text" };
}

async function askIfAllowed(
  stage: ExaminedStage,
  setup: Reading<FunctionSetup>,
  mayInvoke: Reading<true>,
): Promise<Asked> {
  if (isMissing(setup)) return { kind: "unsent", why: "There is no function to ask." };
  if (!mayInvoke.known && mayInvoke.code === "access_denied")
    return { kind: "unsent", why: "Nothing was sent: these credentials may not invoke the function." };
  const isReadable = setup.known && setup.value.variables !== undefined;
  const autoMigrate = isReadable ? setup.value.autoMigrate : undefined;
  return reasonNotToAsk(stage, autoMigrate, setup.known ? setup.value : undefined) ?? askStatus(stage);
}

type DatabaseSeen = RdsSeen & Required<Pick<SnapshotsSeen, "snapshots">>;

/** Undefined: neither the configuration nor the function says which one it is. */
async function readDatabase(
  stage: ExaminedStage,
  askedRead: Promise<Asked>,
): Promise<DatabaseSeen | undefined> {
  // The configured one is looked up while the function is still being asked.
  const configured = stage.target.database === undefined ? undefined : find(stage);
  const connected = connectedTo(await askedRead);
  const database = await (configured ?? find(stage, connected));
  if (database === "unsaid") return undefined;
  if (!database.known) return { database, snapshots: database };
  const { value } = database;
  const [snapshots, match] = await Promise.all([
    reading(`rds:DescribeDB${value.kind === "cluster" ? "Cluster" : ""}Snapshots`, () =>
      stage.databases.snapshots(value, { signal: stage.signal }),
    ),
    connected === undefined
      ? undefined
      : reading("rds:DescribeDBProxies", () => matchDatabase(stage, value, connected)),
  ]);
  return { database, snapshots, ...(match === undefined ? {} : { match }) };
}

async function find(stage: ExaminedStage, connected?: DatabaseIdentity) {
  const kind = stage.target.database?.kind === "cluster" ? "Clusters" : "Instances";
  try {
    return known(await findDatabase(stage, connected));
  } catch (error) {
    if (error instanceof Failure && error.code === "database_unconfigured") return "unsaid";
    return reading<never>(`rds:DescribeDB${kind}`, () => Promise.reject(error));
  }
}

function connectedTo(asked: Asked): DatabaseIdentity | undefined {
  return asked.kind === "report" ? asked.report.database : undefined;
}

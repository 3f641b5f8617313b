import type { Reading, Unread } from "../../remote/inspect/reading.js";
import type { FunctionSetup } from "../../remote/inspection.js";
import type { Check } from "../results/doctor.js";
import { type Asked, askStatus, reasonNotToAsk } from "./asked.js";
import { check, skipped } from "./check.js";
import { connectionCheck } from "./connection.js";
import { databaseChecks } from "./database.js";
import type { ExaminedStage, Surroundings } from "./examine-aws.js";
import { examineRds } from "./examine-rds.js";
import { functionChecks } from "./function.js";
import { handlerChecks } from "./handler.js";
import { type LogsSeen, logsChecks } from "./logs.js";
import { networkChecks } from "./network.js";
import { alarmsCheck, topicChecks } from "./notices.js";
import { readUsage, type Usage } from "./usage.js";

/** What several groups of checks are made of. */
interface Shared {
  setup: Promise<Reading<FunctionSetup>>;
  mayInvoke: Promise<Reading<true>>;
  usage: Promise<Reading<Usage>>;
  asked: Promise<Asked>;
}

/** The function and all that stands around it. Once Lambda answers, everything is asked as soon as what it needs is known. */
export async function examineFunction(stage: ExaminedStage, { version }: Surroundings): Promise<Check[]> {
  const setup = stage.inspection.functionSetup();
  const mayInvoke = stage.inspection.mayInvoke();
  const first = await setup;
  if (isOutOfReach(first)) {
    await mayInvoke;
    const what = `The configuration of ${stage.target.functionName} could not be read.`;
    return [
      check("function_exists").failed(`${what} ${first.message}`, first.hint),
      skipped("from here Lambda cannot be reached"),
    ];
  }
  const usage = setup.then((read) => readUsage(stage, loggingOf(stage, read).group));
  const asked = Promise.all([setup, mayInvoke]).then((read) => askIfAllowed(stage, ...read));
  const shared = { setup, mayInvoke, usage, asked };
  const groups = await Promise.all([
    functionGroup(stage, shared),
    logsGroup(stage, shared),
    databaseGroup(stage, shared),
    examineRds(stage, asked),
    noticesGroup(stage, shared),
    asked.then((answer) => handlerChecks({ target: stage.target, codec: stage.codec, version }, answer)),
  ]);
  return groups.flat();
}

async function functionGroup({ target, inspection }: ExaminedStage, shared: Shared): Promise<Check[]> {
  const [setup, mayInvoke, usage, asyncRetries, reservedConcurrency] = await Promise.all([
    shared.setup,
    shared.mayInvoke,
    shared.usage,
    inspection.asyncRetries(),
    inspection.reservedConcurrency(),
  ]);
  const seen = { setup, mayInvoke, usage, asyncRetries, reservedConcurrency };
  return [...functionChecks(target, seen), ...(setup.known ? networkChecks(setup.value) : [])];
}

async function logsGroup(stage: ExaminedStage, shared: Shared): Promise<Check[]> {
  const setup = await shared.setup;
  if (isMissing(setup)) return [];
  const logging = loggingOf(stage, setup);
  const [group, usage] = await Promise.all([stage.inspection.logGroup(logging.group), shared.usage]);
  return logsChecks(stage.target, { logging, group, usage });
}

async function databaseGroup({ target, codec }: ExaminedStage, shared: Shared): Promise<Check[]> {
  const [setup, asked] = await Promise.all([shared.setup, shared.asked]);
  return [
    ...(setup.known ? [connectionCheck(setup.value.variables, asked, codec.tracksRuns)] : []),
    ...databaseChecks(target, asked),
  ];
}

async function noticesGroup({ target, inspection }: ExaminedStage, shared: Shared): Promise<Check[]> {
  const alarms = inspection.alarms();
  const setup = await shared.setup;
  const topicArn = setup.known ? setup.value.topicArn : undefined;
  const subscriptions = topicArn === undefined ? undefined : await inspection.subscriptions(topicArn);
  return [...(setup.known ? topicChecks(topicArn, subscriptions) : []), alarmsCheck(target, await alarms)];
}

function isMissing(setup: Reading<FunctionSetup>): boolean {
  return !setup.known && setup.code === "function_not_found";
}

/** A run would come no further. AWS that says no, is busy or broken is another matter: there the rest may be read. */
function isOutOfReach(setup: Reading<FunctionSetup>): setup is Unread {
  return !setup.known && (setup.code === "network" || setup.code === "other");
}

/** Where the configuration may not be read, Lambda's own group is looked at; of the format nothing is known. */
function loggingOf({ target }: ExaminedStage, setup: Reading<FunctionSetup>): LogsSeen["logging"] {
  return setup.known ? setup.value.logging : { group: `/aws/lambda/${target.functionShortName}` };
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

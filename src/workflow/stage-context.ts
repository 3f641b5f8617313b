import type { Target } from "../config/target.js";
import type { Codec } from "../contract/codec.js";
import { nameOf } from "../contract/contract.js";
import { Failure } from "../contract/failure.js";
import { isSwitchedOn } from "../contract/switch.js";
import type { Databases } from "../remote/databases.js";
import type { DeployedCode } from "../remote/deployed-code.js";
import type { FarSide, FunctionConfiguration, Invocation } from "../remote/far-side.js";
import type { Emit } from "./events.js";
import { readyConfiguration } from "./readiness.js";
import type { TargetSummary } from "./results.js";
import type { ParseSql } from "./review/statements.js";

/** A stage opened for work: everything a workflow needs, handed in. */
export interface StageContext {
  target: Target;
  codec: Codec;
  farSide: FarSide;
  databases: Databases;
  /** The function's code; of a local stage there is none to deploy. */
  code: DeployedCode;
  emit: Emit;
  signal: AbortSignal;
  now: () => Date;
  makeRunId: () => string;
  /** `user@host`; kept in the ledger. */
  requestedBy: string;
  /** Where the command runs and at which commit; kept in the ledger. */
  origin: () => Promise<{ requestedFrom?: string; gitCommit?: string }>;
  /** Notes a run on this machine before it is sent, so that it can be found again if this process dies. */
  remember: (run: RememberedRun) => Promise<void>;
  loadSqlParser: () => Promise<ParseSql | undefined>;
  /** Request ids of what only asked, added as answers come: their log lines are no run's. */
  reads: Set<string>;
  /** Told of each answer to what writes: its request id and the end of its log. */
  onInvoked?: (invocation: Invocation) => void;
  /** Asks on the terminal; absent where there is none. */
  askPhrase?: (question: string) => Promise<string>;
}

/** What this machine knows of a run that it sent. */
export interface RememberedRun {
  runId: string;
  stage: string;
  function: string;
}

export function targetSummary({ target }: StageContext): TargetSummary {
  return summaryOf(target);
}

export function summaryOf(target: Target): TargetSummary {
  return {
    stage: target.stage,
    function: target.functionName,
    ...(target.region === undefined || target.local !== undefined ? {} : { region: target.region }),
    contract: nameOf(target.contract),
    protected: target.protected,
    snapshotPolicy: target.snapshot.kind,
  };
}

/** Lambda's longest timeout; used where the function's own cannot be read. */
const longestTimeoutSeconds = 900;
/** A cold start in a VPC and the way there and back are not part of the function's timeout. */
const answerMarginMs = 30_000;

export interface FunctionFacts {
  configuration: FunctionConfiguration | undefined;
  logGroup: string;
  answerTimeoutMs: number;
}

/**
 * What is known of the function before it is invoked. The right to invoke does not bring the right to read the configuration:
 * without it Lambda's limits are assumed, and that is said.
 */
export async function functionFacts(context: StageContext): Promise<FunctionFacts> {
  const configuration = await readConfiguration(context);
  const seconds = configuration?.timeoutSeconds ?? longestTimeoutSeconds;
  return {
    configuration,
    logGroup: configuration?.logGroup ?? `/aws/lambda/${context.target.functionShortName}`,
    answerTimeoutMs: seconds * 1000 + answerMarginMs,
  };
}

/** What is waited for and for how long. Another function than the migrating one may be who is asked. */
export function asking(
  { target }: StageContext,
  what: string,
  { answerTimeoutMs }: FunctionFacts,
  functionName = target.functionName,
): string {
  return `Asking ${functionName} for ${what}, at most ${Math.round(answerTimeoutMs / 1000)} s`;
}

/** An answer takes a moment; whoever waits longer than this is told for what. */
const noticedAfterMs = 3_000;

async function readConfiguration(context: StageContext): Promise<FunctionConfiguration | undefined> {
  const message = `AWS does not answer yet what ${context.target.functionName} is; waiting, at most 1 min`;
  const slow = setTimeout(() => context.emit({ type: "waiting", message }), noticedAfterMs);
  try {
    return await readyConfiguration(context);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "access_denied") throw error;
    context.emit({
      type: "warning",
      code: "configuration_unreadable",
      message: "The function's configuration may not be read; a timeout of 15 minutes is assumed.",
      hint: "Allow lambda:GetFunctionConfiguration to check the timeout, the log group and AUTO_MIGRATE.",
    });
    return undefined;
  } finally {
    clearTimeout(slow);
  }
}

/** The deployed code must be the same at plan and at run: gives new facts, and says so, where it is not. */
export async function currentFacts(context: StageContext, facts: FunctionFacts): Promise<FunctionFacts> {
  const { configuration } = facts;
  if (configuration?.codeSha256 === undefined) return facts;
  const { codeSha256 } = await context.farSide.configuration();
  if (codeSha256 === undefined || codeSha256 === configuration.codeSha256) return facts;
  context.emit({
    type: "warning",
    code: "code_changed",
    message: "The function was deployed anew since the plan was made; planning again.",
  });
  return { ...facts, configuration: { ...configuration, codeSha256 } };
}

/** With AUTO_MIGRATE on, any invocation may migrate, also a read. */
export function checkAutoMigrate(
  { target, emit }: Pick<StageContext, "target" | "emit">,
  facts: { configuration: Pick<FunctionConfiguration, "environment"> | undefined },
): void {
  if (!isSwitchedOn(facts.configuration?.environment.AUTO_MIGRATE)) return;
  const message = `${target.functionName} has AUTO_MIGRATE on: any invocation may migrate, also a status.`;
  const hint = "Set AUTO_MIGRATE=false on the function; migrate with `migrate-remote run`.";
  if (target.protected)
    throw new Failure("auto_migrate", `${message} Nothing was sent.`, { hint, category: "refused" });
  emit({ type: "warning", code: "auto_migrate", message, hint });
}

/** The account is compared before anything is written: a stray profile is how the wrong database is migrated. */
export async function checkAccount({ target, farSide }: StageContext): Promise<void> {
  if (target.account === undefined) return;
  const account = await farSide.account();
  if (account === target.account) return;
  throw new Failure(
    "wrong_account",
    `Stage ${target.stage} belongs to AWS account ${target.account}; these credentials are of account ${account}. Nothing was sent.`,
    {
      category: "refused",
      hint: `Run the same command with --profile NAME, or set \`profile\` of stage ${target.stage}. Those there are: aws configure list-profiles`,
    },
  );
}

import { Failure, saying } from "../../contract/failure.js";
import type { Database, DatabaseRef, RestoreRequest } from "../../remote/databases.js";
import { RemoteError } from "../../remote/remote-error.js";
import type { SnapshotRestoreResult } from "../results.js";
import { checkAccount, type StageContext, targetSummary } from "../stage-context.js";
import { awsRds, awsRestore } from "./aws-command.js";
import { findDatabaseAlone } from "./find-database.js";
import { patiently } from "./patiently.js";
import { whenReachable } from "./recovery-reach.js";
import { restorableSnapshot } from "./restorable.js";
import { restoredName } from "./restored-name.js";
import { switchOverSteps } from "./switch-over.js";
import { restoredTags } from "./tags.js";
import { whenDatabaseAvailable } from "./wait-database.js";

/** A snapshot, or a moment (ISO 8601) of point-in-time recovery. */
export type RestoreFrom = { snapshot: string } | { moment: string };

export interface RestoreOptions {
  from: RestoreFrom;
  /** The new database's; without it the original's name and the time. */
  identifier?: string;
  /** Milliseconds until the new database is available. */
  timeoutMs: number;
}

/** Makes a new database beside the stage's own, which is never touched, and says what to do so that it is used. */
export async function restoreDatabase(
  context: StageContext,
  { from, identifier, timeoutMs }: RestoreOptions,
): Promise<SnapshotRestoreResult> {
  const { emit, now, target } = context;
  const began = now().getTime();
  const deadline = began + timeoutMs;
  await checkAccount(context);
  const original = await originalOf(context, from);
  if (identifier === original.identifier) throw itself(context, original);
  const source = await sourceOf(context, original, from, deadline);
  const { kind } = original;
  const wanted = { kind, identifier: identifier ?? restoredName(original.identifier, now()) };
  const words =
    "snapshot" in from ? `snapshot ${from.snapshot}` : `${original.identifier} as it was at ${from.moment}`;
  const hint = comeBack(context, wanted, original.engine);
  emit({ type: "restoring", from: words, database: wanted, hint });
  const tags = restoredTags(target.stage, "snapshot" in from ? from.snapshot : from.moment);
  const request = { original, identifier: wanted.identifier, from, tags };
  const restored = await make(context, request, { deadline, hint });
  return {
    command: "snapshot",
    action: "restore",
    ...targetSummary(context),
    ...source,
    original: { kind, identifier: original.identifier },
    database: {
      ...wanted,
      status: restored.status,
      endpoints: restored.endpoints,
      ...(restored.databaseName === undefined ? {} : { databaseName: restored.databaseName }),
    },
    steps: switchOverSteps(target, original, restored),
    durationMs: now().getTime() - began,
  };
}

function itself({ target }: StageContext, { kind, identifier }: Database): Failure {
  return new Failure(
    "database_exists",
    `${identifier} is the ${kind} that stage ${target.stage} uses, and a restore makes a new one beside it. Nothing was made.`,
    {
      category: "usage",
      hint: "Choose another name with --as, or leave it out: then the new one has the old one's name and the time.",
    },
  );
}

/** Where the original is gone nothing says what the new one shall be like, and RDS's defaults let in whoever they let in: people have to say it. */
async function originalOf(context: StageContext, from: RestoreFrom): Promise<Database> {
  try {
    return await findDatabaseAlone(context);
  } catch (error) {
    const { database, stage } = context.target;
    const isGone = error instanceof RemoteError && error.code === "database_not_found";
    if (!isGone || database === undefined || !("snapshot" in from)) throw error;
    const { kind, identifier } = database;
    const command = awsRestore(context.target, { kind, id: from.snapshot }, identifier, [
      ...["--db-subnet-group-name", "GROUP", "--vpc-security-group-ids", "SECURITY-GROUP"],
    ]);
    throw new Failure(
      "original_gone",
      `The ${kind} ${identifier} of stage ${stage} is gone, so nothing says which subnets and security groups a restored one shall have. Nothing was made.`,
      { category: "error", hint: `Restore it with those of your own choice: ${command}`, cause: error },
    );
  }
}

async function sourceOf(
  context: StageContext,
  original: Database,
  from: RestoreFrom,
  deadline: number,
): Promise<{ snapshotId?: string; moment?: string }> {
  if ("moment" in from) {
    await whenReachable(context, original, from.moment, deadline);
    return { moment: from.moment };
  }
  const { id, createdAt } = await restorableSnapshot(context, original, from.snapshot);
  return { snapshotId: id, ...(createdAt === undefined ? {} : { moment: createdAt }) };
}

/** What to type when this command does not see the end of it. A local stage's is looked at with the next command itself. */
function comeBack({ target }: StageContext, { kind, identifier }: DatabaseRef, engine?: string): string {
  if (target.local !== undefined) return "Run it again, with another name.";
  const look = `Look at it: ${awsRds(target, [`describe-db-${kind}s`, `--db-${kind}-identifier`, identifier])}`;
  if (kind === "instance") return look;
  const words = ["create-db-instance", "--db-cluster-identifier", identifier];
  const instance = [
    "--db-instance-identifier",
    `${identifier.slice(0, 61)}-1`,
    "--engine",
    engine ?? "ENGINE",
  ];
  return `${look}\nWhen it is available it still needs an instance, where it has none: ${awsRds(target, [...words, ...instance, "--db-instance-class", "CLASS"])}`;
}

/** A cluster takes its instance only when it is available. Whatever goes wrong from here on, what was begun is named. */
async function make(
  context: StageContext,
  request: RestoreRequest,
  wait: { deadline: number; hint: string },
): Promise<Database> {
  const { databases, signal } = context;
  const { original, identifier } = request;
  const wanted = { kind: original.kind, identifier };
  await begin(context, request, wait.hint);
  try {
    if (original.kind === "cluster") {
      await whenDatabaseAvailable(context, wanted, { ...wait, instances: false });
      await patiently(context, wait.deadline, () => databases.completeRestore(request, { signal }));
    }
    return await whenDatabaseAvailable(context, wanted, wait);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Failure) || error.message.includes(identifier)) throw error;
    const hint = [error.hint, wait.hint].filter((part) => part !== undefined).join("\n");
    throw saying(error, `The new ${original.kind} ${identifier} was begun.`, hint);
  }
}

/** After an answer that says nothing of it, the database may be in the making: then that is what is said. */
async function begin(
  { databases, signal }: StageContext,
  request: RestoreRequest,
  hint: string,
): Promise<void> {
  try {
    await databases.restore(request, { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof RemoteError) || !lost.has(error.code)) throw error;
    throw new Failure(
      "restore_unknown",
      `${error.message} Whether ${request.original.kind} ${request.identifier} is being made is not known.`,
      { category: "error", hint, cause: error },
    );
  }
}

const lost: ReadonlySet<string> = new Set(["network", "service_error", "other"]);

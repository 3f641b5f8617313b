import { Failure } from "../../contract/failure.js";
import type { Database } from "../../remote/databases.js";
import { delay } from "../delay.js";
import type { StageContext } from "../stage-context.js";
import { awsRds } from "./aws-command.js";
import { patiently } from "./patiently.js";

/** States in which RDS takes a snapshot. */
const ready = new Set(["available", "storage-optimization"]);

/** States that do not end by themselves, or not in a database that could be snapshotted. */
const stuck =
  /^(stopp(ed|ing)|failed|deleting|deleted|inaccessible|incompatible|restore-error|storage-full|insufficient|storage-config-failed|upgrade-failed|cloning-failed|migration-failed|preparing-data-migration|delete-precheck)/;

export type Readiness = "ready" | "passing" | "stuck";

/** Pure. What RDS may add to its states is taken to pass by itself: it is waited for, and the wait has its end. */
export function readinessOf(status: string): Readiness {
  if (ready.has(status)) return "ready";
  return stuck.test(status) ? "stuck" : "passing";
}

const pollMs = 5_000;

/** Waits for the database to be in a state that allows a snapshot, as long as that comes by itself. */
export async function whenSnapshottable(
  context: StageContext,
  database: Database,
  deadline: number,
): Promise<Database> {
  const { now, emit, signal } = context;
  let seen = database;
  let told = "";
  for (;;) {
    const readiness = readinessOf(seen.status);
    if (readiness === "ready") return seen;
    const leftMs = deadline - now().getTime();
    if (readiness === "stuck" || leftMs <= 0) throw notReady(context, seen, readiness);
    if (told !== seen.status) {
      told = seen.status;
      const most = Math.ceil(leftMs / 60_000);
      emit({
        type: "waiting",
        message: `${name(seen)} is ${seen.status}; waiting until it can be snapshotted, at most ${most} min`,
      });
    }
    await delay(Math.min(pollMs, leftMs), signal);
    signal.throwIfAborted();
    seen = await patiently(context, deadline, () => context.databases.describe(seen, { signal }));
  }
}

export function name({ kind, identifier }: Pick<Database, "kind" | "identifier">): string {
  return `${kind === "cluster" ? "Cluster" : "Instance"} ${identifier}`;
}

function notReady(
  { target }: StageContext,
  database: Database,
  readiness: Exclude<Readiness, "ready">,
): Failure {
  const { kind, identifier } = database;
  const still = readiness === "passing" ? "is still" : "is";
  return new Failure(
    "database_not_ready",
    `${name(database)} ${still} ${database.status}: in this state RDS takes no snapshot. None was made.`,
    {
      category: "error",
      hint: database.status.startsWith("stop")
        ? `Start it: ${awsRds(target, [`start-db-${kind}`, `--db-${kind}-identifier`, identifier])}`
        : `See why: ${awsRds(target, ["describe-events", "--source-type", `db-${kind}`, "--source-identifier", identifier])}`,
    },
  );
}

import type { WorkflowEvent } from "../workflow/events.js";
import type { ResultError } from "../workflow/results.js";
import type { CommandName } from "./command-name.js";

/** The last event of each kind that leaves something going on without us. */
export type Underway = { [K in UnderwayType]?: Extract<WorkflowEvent, { type: K }> };

type UnderwayType = "started" | "deploying" | "snapshot" | "restoring" | "deleting";

export function noted(underway: Underway, event: WorkflowEvent): Underway {
  switch (event.type) {
    case "started":
    case "deploying":
    case "snapshot":
    case "restoring":
    case "deleting":
      return { ...underway, [event.type]: event };
    default:
      return underway;
  }
}

export interface InterruptionError extends ResultError {
  runId?: string;
  snapshotId?: string;
}

/** What whoever pressed Ctrl-C is told: what goes on without this command, and how to come back to it. Pure. */
export function interruptionError(
  command: CommandName,
  { started, deploying, snapshot, restoring, deleting }: Underway,
  stage: string | undefined,
): InterruptionError {
  const option = stage === undefined ? "" : ` --stage ${stage}`;
  if (started !== undefined) return ofRun(started, option);
  if (deploying !== undefined) {
    return {
      code: "interrupted",
      message: `Interrupted here; the code was sent to ${deploying.functionName}, and what Lambda has of it, it goes on with.`,
      hint: `See what came of it, and finish: migrate-remote deploy${option}`,
    };
  }
  if (restoring !== undefined) return ofRestore(restoring);
  if (deleting !== undefined) {
    return {
      code: "interrupted",
      message: `Interrupted while snapshot ${deleting.index} of ${deleting.total} was being deleted: ${deleting.id} may be gone, and the ${deleting.index - 1} before it are.`,
      hint: `See what is left: migrate-remote snapshot list${option}`,
    };
  }
  if (snapshot !== undefined) return ofSnapshot(command, snapshot, option);
  return { code: "interrupted", message: "Interrupted. Nothing was sent that writes." };
}

function ofRun(
  { runId, hasLedger, hasStatus }: NonNullable<Underway["started"]>,
  option: string,
): InterruptionError {
  const ended = hasStatus
    ? `How it ended: migrate-remote status${option}`
    : "Nothing but its last lines will tell how it ended.";
  return {
    code: "interrupted",
    message: `Interrupted here; the remote run ${runId} goes on.`,
    hint: hasLedger
      ? `Rejoin it: migrate-remote attach ${runId}${option}`
      : `Watch it: migrate-remote logs${option} --follow   ${ended}`,
    runId,
  };
}

function ofSnapshot(
  command: CommandName,
  { id, status }: NonNullable<Underway["snapshot"]>,
  option: string,
): InterruptionError {
  const isForRun = command === "run" || command === "fix-history";
  const nothing = isForRun ? "Interrupted. Nothing was sent that writes." : "Interrupted here.";
  const reuse = isForRun ? `migrate-remote ${command}${option} --reuse-snapshot 1h` : undefined;
  const told = { code: "interrupted", snapshotId: id };
  if (status === "available") {
    const hint = reuse === undefined ? {} : { hint: `To use it: ${reuse}` };
    return { ...told, message: `${nothing} Snapshot ${id} is available.`, ...hint };
  }
  if (status === "requested") {
    return {
      ...told,
      message: `${nothing} Snapshot ${id} was asked for, and may have been begun.`,
      hint: `See whether: migrate-remote snapshot list${option}`,
    };
  }
  const wait = `Wait for it: migrate-remote snapshot wait ${id}${option}`;
  return {
    ...told,
    message: `${nothing} Snapshot ${id} goes on being made.`,
    hint: reuse === undefined ? wait : `${wait}\nThen: ${reuse}`,
  };
}

function ofRestore({ database, hint }: NonNullable<Underway["restoring"]>): InterruptionError {
  return {
    code: "interrupted",
    message: `Interrupted here; the new ${database.kind} ${database.identifier}, if RDS has begun it, goes on being made.`,
    hint,
  };
}

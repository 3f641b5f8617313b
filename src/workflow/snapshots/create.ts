import { Failure } from "../../contract/failure.js";
import type { Report } from "../../contract/report.js";
import { statusReport } from "../execute-and-judge.js";
import type { SnapshotTakenResult } from "../results.js";
import {
  asking,
  checkAccount,
  checkAutoMigrate,
  functionFacts,
  type StageContext,
  targetSummary,
} from "../stage-context.js";
import { findDatabase } from "./find-database.js";
import { checkRightDatabase } from "./right-database.js";
import { takeSnapshot } from "./take.js";
import { snapshotView } from "./view.js";

export interface CreateRequest {
  /** Milliseconds until it has to be available. */
  timeoutMs: number;
  /** How long `snapshot prune` leaves it alone; without it as the stage says. */
  keepSeconds?: number;
}

/** A snapshot by itself: it needs no consent, for it changes nothing. */
export async function createSnapshot(
  context: StageContext,
  { timeoutMs, keepSeconds }: CreateRequest,
): Promise<SnapshotTakenResult> {
  const began = context.now().getTime();
  await checkAccount(context);
  const status = await revisionsAndDatabase(context);
  const database = await findDatabase(context, status?.database);
  await checkRightDatabase(context, database, status?.database);
  const snapshot = await takeSnapshot(context, database, {
    timeoutMs,
    revisions: status?.currentRevisions ?? [],
    keepSeconds: keepSeconds ?? context.target.keepSnapshotsSeconds,
  });
  return {
    command: "snapshot",
    action: "create",
    ...targetSummary(context),
    snapshot: snapshotView(snapshot, context.target.stage),
    durationMs: context.now().getTime() - began,
  };
}

/**
 * What the database is at, for the snapshot's name, and which database that is. Only our own handler is asked: to any other no event is
 * surely a read. A function that cannot answer keeps nobody from a snapshot.
 */
async function revisionsAndDatabase(context: StageContext): Promise<Report | undefined> {
  const { codec, emit, signal } = context;
  if (!codec.tracksRuns) return undefined;
  try {
    const facts = await functionFacts(context);
    checkAutoMigrate(context, facts);
    emit({ type: "waiting", message: asking(context, "what the database is at", facts) });
    const report = await statusReport(context, facts);
    if (report !== undefined) return report;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof Failure)) throw error;
  }
  emit({
    type: "warning",
    code: "revision_unknown",
    message: "The function does not say what the database is at; the snapshot's name and tags go without it.",
  });
  return undefined;
}

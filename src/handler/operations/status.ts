import type { DryRunOperation } from "../../contract/operations.js";
import { canBeFoundOut, type Problem } from "../../contract/report.js";
import { describeHolder, lockHolder } from "../lock.js";
import { look } from "../look.js";
import { findRevision, makePlan, targetBehind } from "../plan.js";
import { Refusal } from "../refusal.js";
import { type Findings, findings, readEntries } from "../report.js";
import type { Session } from "../session.js";
import type { Work } from "../work.js";

/** Reads what is applied and what is pending. */
export async function status({ session, engine, source, log }: Work): Promise<Findings> {
  const overview = await look(session, engine, source);
  const { assessment } = overview;
  log("info", "state", `Migration state: ${assessment.state}`, { state: assessment.state });
  const { plan } = makePlan(engine.name, assessment, source);
  const answer = findings(overview, readEntries(assessment));
  return { ...(await withRunAtWork(session, answer)), plan };
}

/** What is read while a run is at work changes under the reader's eyes, and another run would be refused. */
async function withRunAtWork(session: Session, answer: Findings): Promise<Findings> {
  const lock = await lockHolder(session);
  if (lock.pid === undefined) return answer;
  const atWork: Problem = { code: "run_at_work", message: `${describeHolder(lock)}.`, lock };
  return { ...answer, problems: [atWork, ...answer.problems] };
}

/** Answers what a run would do, and what would keep it from doing it. */
export async function dryRun(work: Work, operation: DryRunOperation): Promise<Findings> {
  const { session, engine, source, log } = work;
  const overview = await look(session, engine, source);
  const { assessment } = overview;
  log("info", "state", `Migration state: ${assessment.state}`, { state: assessment.state });
  const answer = await withRunAtWork(session, findings(overview, readEntries(assessment)));
  if (operation.fixHistory && canBeFoundOut(assessment))
    return { ...answer, problems: [planUnknown, ...answer.problems] };

  const wanted = operation.targetRevision;
  const target = wanted === undefined ? undefined : findRevision(source, wanted);
  if (target instanceof Refusal) return { ...answer, error: target.error };
  const behind = target === undefined ? undefined : targetBehind(assessment, source, target);
  if (behind !== undefined) return { ...answer, error: behind.error };
  const { plan, migrations } = makePlan(engine.name, assessment, source, target);
  try {
    engine.parts.check(migrations);
  } catch (error) {
    if (error instanceof Refusal) return { ...answer, plan, error: error.error };
    throw error;
  }
  return { ...answer, plan };
}

const planUnknown: Problem = {
  code: "plan_unknown",
  message:
    "The plan is known only after the history is repaired: finding out what the database has needs a scratch database, which a dry-run does not create.",
};

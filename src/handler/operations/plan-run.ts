import type { RunOperation } from "../../contract/operations.js";
import { planId } from "../../contract/plan-id.js";
import { inconsistencies, type Plan } from "../../contract/report.js";
import type { SourceMigration } from "../engines/parts.js";
import { findRevision, makePlan, targetBehind } from "../plan.js";
import { Refusal, refusal } from "../refusal.js";
import type { Assessment } from "../state.js";
import type { Work } from "../work.js";

/** What a run is to apply, all parts together, and what of it is left. */
export interface RunPlan {
  plan: Plan;
  all: SourceMigration[];
  rest: SourceMigration[];
}

/** Everything that keeps a run from starting, in the order in which a person would want to know it. */
export function planRun(work: Work, operation: RunOperation, assessment: Assessment): RunPlan {
  const { engine, source } = work;
  refuseInconsistent(assessment);
  const target =
    operation.targetRevision === undefined ? undefined : findRevision(source, operation.targetRevision);
  if (target instanceof Refusal) throw target;
  if (assessment.state === "tables_without_migration_history" && source.migrations.length > 0) {
    throw refusal(
      "history_missing",
      "The database has tables but no migration history, so nobody knows which migrations it has. Nothing was executed.",
      {
        hint: "Say which revision it has: migrate-remote fix-history --revision REV. Or let it be found out: migrate-remote run --fix-history",
      },
    );
  }
  const behind = target === undefined ? undefined : targetBehind(assessment, source, target);
  if (behind !== undefined) throw behind;
  const { plan, migrations } = makePlan(engine.name, assessment, source, target);
  if (operation.run.planId !== undefined && operation.run.planId !== plan.id) {
    throw refusal(
      "plan_changed",
      "The plan is not the one that was shown: the database or the deployed function changed since. Nothing was executed.",
      { hint: "Look at the new plan: migrate-remote run --dry-run" },
    );
  }
  const late = migrations.filter(({ revision }) => assessment.outOfOrder.includes(revision));
  if (late.length > 0 && engine.parts.outOfOrder === "refuse") {
    const names = late.map(({ revision }) => revision);
    throw refusal(
      "out_of_order",
      `${names.slice(0, 10).join(", ")} ${late.length === 1 ? "comes" : "come"} before ${assessment.current[0]}, which is applied already. Nothing was executed.`,
      {
        revision: names[0] ?? "",
        hint: 'Give it a number after the last one, or allow it in the handler: sql({ outOfOrder: "apply" }).',
      },
    );
  }
  return { plan, all: migrations, rest: migrations };
}

/**
 * A later part goes on with the plan that the first one claimed: the same migrations by name and checksum, of which those that stand
 * come first, and nothing else pending up to its target.
 */
export function planNextPart(work: Work, { run }: RunOperation, plan: Plan, assessment: Assessment): RunPlan {
  const { engine, source } = work;
  refuseInconsistent(assessment);
  const bySource = new Map(source.migrations.map((migration) => [migration.revision, migration]));
  const all = plan.revisions.flatMap((revision) => bySource.get(revision) ?? []);
  const { from, target } = plan;
  const now = makePlan(engine.name, assessment, source, target ?? undefined);
  const standing = all.length - now.migrations.length;
  const rest = all.slice(Math.max(0, standing));
  const isSame =
    planId({ engine: engine.name, from, target, migrations: all }) === plan.id &&
    (run.planId === undefined || run.planId === plan.id) &&
    rest.length === now.migrations.length &&
    rest.every(({ revision }, index) => revision === now.migrations[index]?.revision);
  if (isSame) return { plan, all, rest };
  throw refusal(
    "plan_changed",
    `What is left is not the rest of the plan that run ${run.runId} began: the database or the deployed function changed since. Part ${run.part} executed nothing.`,
    {
      hint: "See what is applied and what is pending: migrate-remote status. Then run again: migrate-remote run",
    },
  );
}

function refuseInconsistent({ state, problems }: Assessment): void {
  if (state !== "inconsistent") return;
  const problem = problems.find(({ code }) => inconsistencies.includes(code));
  throw refusal("inconsistent_history", `${problem?.message ?? ""} Nothing was executed.`.trim(), {
    ...(problem?.revision === undefined ? {} : { revision: problem.revision }),
    hint:
      problem?.code === "failed_migration"
        ? "Let it be found out what stands of it, and repair history: migrate-remote fix-history. Then run again."
        : "Deploy the function that has what history names, or repair history: migrate-remote fix-history --revision REV",
  });
}

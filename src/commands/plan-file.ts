import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import * as z from "zod";
import type { Host } from "../cli/host.js";
import { Failure } from "../contract/failure.js";
import { once } from "../contract/once.js";
import type { RunResult } from "../workflow/results.js";

const planFile = once(() =>
  z.object({
    version: z.literal(1),
    stage: z.string().min(1),
    function: z.string(),
    planId: z.string().regex(/^[0-9a-f]{64}$/),
    targetRevision: z.string().min(1).max(500).optional(),
    fixHistory: z.boolean(),
    revisions: z.array(z.string()),
    createdAt: z.string(),
  }),
);

/** What `run --dry-run --out FILE` writes and `run --plan FILE` applies; the plan id pins the contents of every migration. */
export type PlanFile = z.output<ReturnType<typeof planFile>>;

export async function writePlanFile(
  host: Host,
  path: string,
  result: RunResult,
  fixHistory: boolean,
): Promise<string> {
  const absolute = resolve(host.cwd, path);
  if (result.planId === undefined && !result.planKnown) {
    throw new Failure(
      "plan_without_id",
      "What is left to apply is known only once history is repaired, so there is no plan yet to write to a file.",
      { category: "usage", hint: `Repair it first: migrate-remote fix-history --stage ${result.stage}` },
    );
  }
  if (result.planId === undefined) {
    throw new Failure(
      "plan_without_id",
      "The function gave its plan no id, so the plan cannot be pinned to a file.",
      {
        category: "usage",
        hint: "Plan files need our handler (contract migrate-remote).",
      },
    );
  }
  const plan: PlanFile = {
    version: 1,
    stage: result.stage,
    function: result.function,
    planId: result.planId,
    ...(result.targetRevision === undefined ? {} : { targetRevision: result.targetRevision }),
    fixHistory,
    revisions: result.planned,
    createdAt: host.now().toISOString(),
  };
  try {
    await writeFile(absolute, `${JSON.stringify(plan, null, 2)}\n`);
  } catch (error) {
    throw new Failure("plan_not_written", `The plan could not be written to ${absolute}.`, {
      category: "error",
      cause: error,
    });
  }
  return absolute;
}

export async function readPlanFile(cwd: string, path: string): Promise<PlanFile> {
  const absolute = resolve(cwd, path);
  try {
    return planFile().parse(JSON.parse(await readFile(absolute, "utf8")));
  } catch (error) {
    throw new Failure(
      "plan_unreadable",
      `${absolute} is not a plan that migrate-remote wrote, or cannot be read.`,
      {
        category: "usage",
        hint: "Write one: migrate-remote run --dry-run --out FILE",
        cause: error,
      },
    );
  }
}

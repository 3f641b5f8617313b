import * as z from "zod";
import type { Context } from "../cli/context.js";
import type { RunStatsResult } from "../workflow/results/run-stats.js";
import type { RunsResult } from "../workflow/results.js";
import { countRuns, listRuns, showRun } from "../workflow/runs.js";
import { usage } from "./option-values.js";

/** What the far side gives at once. */
const most = 1000;

export const options = z.object({
  limit: z.coerce.number().int().min(1).max(most).optional(),
  stats: z.boolean().default(false),
});

export function run(
  context: Context,
  { limit, stats }: z.output<typeof options>,
  runId?: string,
): Promise<RunsResult | RunStatsResult> {
  if (stats && runId !== undefined)
    throw usage("--stats counts all runs, and one run was named.", "Leave one of the two out.");
  return context.withStage<RunsResult | RunStatsResult>(
    (stage) => {
      if (runId !== undefined) return showRun(stage, runId);
      return stats ? countRuns(stage, limit ?? most) : listRuns(stage, limit ?? 20);
    },
    undefined,
    "list-runs",
  );
}

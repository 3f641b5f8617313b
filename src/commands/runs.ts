import * as z from "zod";
import type { Context } from "../cli/context.js";
import type { RunsResult } from "../workflow/results.js";
import { listRuns, showRun } from "../workflow/runs.js";

export const options = z.object({ limit: z.coerce.number().int().min(1).max(1000).default(20) });

export function run(
  context: Context,
  { limit }: z.output<typeof options>,
  runId?: string,
): Promise<RunsResult> {
  return context.withStage((stage) => (runId === undefined ? listRuns(stage, limit) : showRun(stage, runId)));
}

import * as z from "zod";
import type { Context } from "../cli/context.js";
import { recallRun } from "../cli/run-files.js";
import { attachRun } from "../workflow/attach.js";
import type { RunResult } from "../workflow/results.js";

export const options = z.object({});

/** The stage is the one that this machine noted when it sent the run, unless another is said. */
export async function run(
  context: Context,
  _input: z.output<typeof options>,
  runId: string,
): Promise<RunResult> {
  const known = await recallRun(context.host.env, runId);
  return context.withStage(
    (stage) => attachRun(stage, runId, { isNoted: known !== undefined }),
    context.options.stage ?? known?.stage,
  );
}

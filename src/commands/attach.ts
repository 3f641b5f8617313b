import * as z from "zod";
import type { Context } from "../cli/context.js";
import { recallRun } from "../cli/run-files.js";
import { Failure } from "../contract/failure.js";
import { excerpt } from "../contract/redact.js";
import { attachRun } from "../workflow/attach.js";
import type { RunResult } from "../workflow/results.js";
import type { RememberedRun } from "../workflow/stage-context.js";

export const options = z.object({});

/** The stage is the one that this machine noted when it sent the run, unless another is said. */
export async function run(
  context: Context,
  _input: z.output<typeof options>,
  runId: string,
): Promise<RunResult> {
  const known = await recallRun(context.host.env, runId);
  if (known !== undefined && context.options.stage === undefined) await expectHere(context, known);
  return context.withStage(
    (stage) => attachRun(stage, runId, { isNoted: known?.function === stage.target.functionName }),
    context.options.stage ?? known?.stage,
  );
}

/**
 * Many projects have a stage of the same name, and this machine's notes are of all of them: another project's ledger knows nothing of the
 * run, would be told to fence it, and that would be taken for its end.
 */
async function expectHere(context: Context, known: RememberedRun): Promise<void> {
  const isStage = (await context.stages()).includes(known.stage);
  const here = isStage ? (await context.resolveStage(known.stage)).target.functionName : undefined;
  if (here === known.function) return;
  const stage = excerpt(known.stage, 64);
  const instead = here === undefined ? `has no stage ${stage}` : `has ${here} there`;
  throw new Failure(
    "run_sent_elsewhere",
    `Run ${known.runId} was sent to ${excerpt(known.function, 200)} of a stage ${stage}, and this configuration ${instead}. Nothing was asked.`,
    {
      category: "usage",
      hint: "Go to the folder of that project, or name its file with --config, and run the same command there.",
    },
  );
}

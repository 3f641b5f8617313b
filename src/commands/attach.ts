import * as z from "zod";
import type { Context, ResolvedStage } from "../cli/context.js";
import { type NotedPlace, type NotedRun, placeOf, recallRun } from "../cli/run-files.js";
import { Failure } from "../contract/failure.js";
import { excerpt } from "../contract/redact.js";
import { attachRun } from "../workflow/attach.js";
import type { RunResult } from "../workflow/results.js";

export const options = z.object({});

/** The stage is the one that this machine noted when it sent the run, unless another is said. */
export async function run(
  context: Context,
  _input: z.output<typeof options>,
  runId: string,
): Promise<RunResult> {
  const { stage: said } = context.options;
  const known = await recallRun(context.host.env, runId);
  const stages = known === undefined ? [] : await context.stages();
  const name = said ?? known?.stage;
  const here = name !== undefined && stages.includes(name) ? await context.resolveStage(name) : undefined;
  const isHere = known !== undefined && here !== undefined && isSentTo(here, known);
  if (known !== undefined && said === undefined && !isHere) throw sentElsewhere(known, here);
  // The same function of another profile may be another account's: its ledger has to know the run.
  const isNoted = isHere && (known.profile ?? here.target.profile) === here.target.profile;
  return context.withStage((stage) => attachRun(stage, runId, { isNoted }), name);
}

/** What the note does not say speaks against nothing. */
function isSentTo({ target, path }: ResolvedStage, known: NotedRun): boolean {
  const place = placeOf(target, path);
  const agrees = (key: "region" | "endpoint" | "folder") =>
    known[key] === undefined || known[key] === place[key];
  return known.function === target.functionName && agrees("region") && agrees("endpoint") && agrees("folder");
}

/**
 * Many projects have a stage of the same name, and this machine's notes are of all of them: another one's ledger knows nothing of the
 * run, would be told to fence it, and that would be taken for its end.
 */
function sentElsewhere(known: NotedRun, here: ResolvedStage | undefined): Failure {
  const stage = excerpt(known.stage, 64);
  const instead =
    here === undefined
      ? `has no stage ${stage}`
      : `has ${here.target.functionName}${inPlace(placeOf(here.target, here.path))} there`;
  return new Failure(
    "run_sent_elsewhere",
    `Run ${known.runId} was sent to ${excerpt(known.function, 200)}${inPlace(known)} of stage ${stage}, and this configuration ${instead}. Nothing was asked.`,
    {
      category: "usage",
      hint: "Run the same command where the run was sent from: in that project's folder, with the --config, --region and --profile that it had.",
    },
  );
}

function inPlace({ region, endpoint, folder }: NotedPlace): string {
  const place = endpoint ?? region ?? folder;
  return place === undefined ? "" : ` in ${excerpt(place, 200)}`;
}

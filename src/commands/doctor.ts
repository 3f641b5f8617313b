import * as z from "zod";
import type { Context, ResolvedStage } from "../cli/context.js";
import { examineLocalStage } from "../cli/local-stage.js";
import { Failure } from "../contract/failure.js";
import { check, skipped } from "../workflow/doctor/check.js";
import { brokenConfigurationChecks, configurationChecks } from "../workflow/doctor/configuration.js";
import { examineAws } from "../workflow/doctor/examine-aws.js";
import { examineLocal } from "../workflow/doctor/examine-local.js";
import { localChecks } from "../workflow/doctor/local.js";
import { nodeCheck } from "../workflow/doctor/machine.js";
import { nextCommand } from "../workflow/doctor/next.js";
import { doctorResult } from "../workflow/doctor/result.js";
import type { Check, DoctorResult } from "../workflow/results/doctor.js";
import { summaryOf } from "../workflow/stage-context.js";

export const options = z.object({});

/** Never fails for what it finds: what is wrong is its result. */
export async function run(context: Context, _options: z.output<typeof options>): Promise<DoctorResult> {
  const machine = nodeCheck({ node: process.versions.node, now: context.host.now() });
  let resolved: ResolvedStage;
  try {
    resolved = await context.resolveStage();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const broken = brokenConfigurationChecks(
      error,
      (await context.configuration().catch(() => undefined))?.path,
    );
    return doctorResult([machine, ...broken, skipped("they need a stage")]);
  }
  const { target, path } = resolved;
  const beforehand = [machine, ...configurationChecks(path, target)];
  const examined = target.local === undefined ? await aws(context, resolved) : await local(context, resolved);
  return doctorResult([...beforehand, ...examined], summaryOf(target), nextCommand(target));
}

function aws(context: Context, resolved: ResolvedStage): Promise<Check[]> {
  return context.openStage(resolved, (stage) => examineAws(stage, context.host));
}

/** What it stands on is looked at first: with a part of it missing it cannot be opened. */
async function local(context: Context, resolved: ResolvedStage): Promise<Check[]> {
  const seen = localChecks(await examineLocalStage(resolved, context.host.dist));
  if (seen.some(({ level }) => level === "failed"))
    return [...seen, skipped("the stage cannot be opened like this")];
  try {
    return [...seen, ...(await context.openStage(resolved, (stage) => examineLocal(stage, context.host)))];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const say = check("local_start");
    return [
      ...seen,
      say.failed(error.message, error.hint ?? "Run the command again with --verbose."),
      skipped("the stage did not open"),
    ];
  }
}

import { dirname } from "node:path";
import type { Context } from "../../cli/context.js";
import type { Target } from "../../config/target.js";
import { Failure } from "../../contract/failure.js";

/** The stages that AWS serves, resolved, nothing opened: the one that `--stage` names, or all of them. And the configuration's folder. */
export async function remoteStages(context: Context): Promise<{ targets: Target[]; folder: string }> {
  const { stage } = context.options;
  const names = stage === undefined ? await context.stages() : [stage];
  const resolved = await Promise.all(names.map((name) => context.resolveStage(name)));
  const targets = resolved.map(({ target }) => target).filter(({ local }) => local === undefined);
  const [first] = resolved;
  if (targets.length > 0 && first !== undefined) return { targets, folder: dirname(first.path) };
  throw new Failure(
    "no_remote_stage",
    stage === undefined
      ? "Every stage of the configuration runs on this machine: there is nothing of AWS to write for."
      : `Stage ${stage} runs on this machine: there is nothing of AWS to write for.`,
    { category: "usage", hint: 'Add a stage that AWS serves, such as "dev": {}, to .migraterc.json.' },
  );
}

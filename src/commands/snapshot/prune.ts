import * as z from "zod";
import type { Context } from "../../cli/context.js";
import type { SnapshotPruneResult } from "../../workflow/results.js";
import { pruneSnapshots } from "../../workflow/snapshots/prune.js";
import type { PruneRule } from "../../workflow/snapshots/prune-rule.js";
import { timeOption, usage } from "../option-values.js";

export const options = z.object({
  keep: z.string().optional(),
  olderThan: z.string().optional(),
  confirm: z.union([z.boolean(), z.string()]).optional(),
});

export async function run(context: Context, input: z.output<typeof options>): Promise<SnapshotPruneResult> {
  const { confirm } = input;
  const rule = ruleOf(input);
  return context.withStage((stage) =>
    pruneSnapshots(stage, { rule, ...(confirm === undefined ? {} : { confirm }) }),
  );
}

function ruleOf({ keep, olderThan }: z.output<typeof options>): PruneRule {
  return {
    ...(keep === undefined ? {} : { keep: count(keep) }),
    ...(olderThan === undefined ? {} : { olderThanMs: timeOption("--older-than", olderThan) }),
  };
}

/** Digits only: what else JavaScript takes for a number, such as the empty text for 0, must not delete anything. */
function count(text: string): number {
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw usage(
    `--keep does not understand ${JSON.stringify(text)}.`,
    "Say how many are to stay, such as --keep 5; how old they may be is said with --older-than.",
  );
}

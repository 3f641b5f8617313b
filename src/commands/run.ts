import * as z from "zod";
import type { Context } from "../cli/context.js";
import type { RunResult } from "../workflow/results.js";
import { runMigrations } from "../workflow/run.js";

export const options = z.object({
  dryRun: z.boolean().default(false),
  fixHistory: z.boolean().default(false),
  targetRevision: z.string().min(1).max(500).optional(),
  confirm: z.union([z.boolean(), z.string()]).optional(),
});

export function run(context: Context, input: z.output<typeof options>): Promise<RunResult> {
  const { dryRun, fixHistory, targetRevision, confirm } = input;
  return context.withStage((stage) =>
    runMigrations(stage, {
      dryRun,
      fixHistory,
      ...(targetRevision === undefined ? {} : { targetRevision }),
      ...(confirm === undefined ? {} : { confirm }),
    }),
  );
}

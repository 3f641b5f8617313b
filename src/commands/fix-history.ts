import * as z from "zod";
import type { Context } from "../cli/context.js";
import { fixHistory } from "../workflow/fix-history.js";
import type { FixHistoryResult } from "../workflow/results.js";

export const options = z.object({
  revision: z.string().min(1).max(500).optional(),
  confirm: z.union([z.boolean(), z.string()]).optional(),
});

export function run(
  context: Context,
  { revision, confirm }: z.output<typeof options>,
): Promise<FixHistoryResult> {
  return context.withStage((stage) =>
    fixHistory(stage, {
      ...(revision === undefined ? {} : { revision }),
      ...(confirm === undefined ? {} : { confirm }),
    }),
  );
}

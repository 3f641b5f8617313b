import * as z from "zod";
import type { Context } from "../cli/context.js";
import { fixHistory } from "../workflow/fix-history.js";
import type { FixHistoryResult } from "../workflow/results.js";
import { safeguardOf, safeguardOptions } from "./safeguard.js";

export const options = safeguardOptions.extend({
  revision: z.string().min(1).max(500).optional(),
  confirm: z.union([z.boolean(), z.string()]).optional(),
});

export async function run(context: Context, input: z.output<typeof options>): Promise<FixHistoryResult> {
  const { revision, confirm } = input;
  const safeguard = safeguardOf(input);
  return context.withStage(
    (stage) =>
      fixHistory(stage, {
        safeguard,
        ...(revision === undefined ? {} : { revision }),
        ...(confirm === undefined ? {} : { confirm }),
      }),
    undefined,
    "fix-history",
  );
}

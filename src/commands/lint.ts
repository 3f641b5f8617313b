import * as z from "zod";
import type { Context } from "../cli/context.js";
import type { LintResult } from "../workflow/results/lint.js";

export const options = z.object({
  engine: z.enum(["alembic", "prisma", "sql"]).optional(),
  all: z.boolean().default(false),
  since: z.string().optional(),
  base: z.string().optional(),
  strict: z.boolean().default(false),
  roundTrip: z.boolean().default(false),
});

export type LintOptions = z.output<typeof options>;

export async function run(
  context: Context,
  input: LintOptions,
  revisions: string[] = [],
): Promise<LintResult> {
  const { lint } = await import("./lint/lint.js");
  return lint(context, { ...input, revisions });
}

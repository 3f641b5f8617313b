import * as z from "zod";
import type { Context } from "../cli/context.js";
import type { CreateResult } from "../workflow/results/create.js";

export const options = z.object({
  engine: z.enum(["alembic", "prisma", "sql"]).optional(),
  local: z.boolean().default(false),
});

export type CreateOptions = z.output<typeof options>;

export async function run(context: Context, input: CreateOptions, message: string): Promise<CreateResult> {
  const { create } = await import("./create/create.js");
  return create(context, input, message);
}

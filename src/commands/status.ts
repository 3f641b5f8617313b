import * as z from "zod";
import type { Context } from "../cli/context.js";
import { toFailure } from "../cli/errors.js";
import type { StageFailure, StatusAllResult, StatusResult } from "../workflow/results.js";
import { readStatus } from "../workflow/status.js";

export const options = z.object({ all: z.boolean().default(false), exitCode: z.boolean().default(false) });

export async function run(
  context: Context,
  input: z.output<typeof options>,
): Promise<StatusResult | StatusAllResult> {
  if (!input.all) return context.withStage(readStatus, undefined, "status");
  const names = await context.stages();
  let answered = 0;
  const stages = await inParallel(names, atOnce, async (name) => {
    const result = await oneOfAll(context, name);
    answered += 1;
    context.emit({ type: "waiting", message: `${answered} of ${names.length} stages asked (${name} last)` });
    return result;
  });
  return { command: "status", stages };
}

/** Stages asked at one time: enough that two hundred answer within a second, and far below what AWS allows a second. */
const atOnce = 40;

/** One stage out of reach does not hide the others. */
async function oneOfAll(context: Context, stage: string): Promise<StatusResult | StageFailure> {
  try {
    return await context.withStage(readStatus, stage, "status");
  } catch (error) {
    const { code, message, hint } = toFailure(error);
    return { command: "status", stage, error: { code, message, ...(hint === undefined ? {} : { hint }) } };
  }
}

/** In order, at most `width` at a time. */
async function inParallel<T, R>(items: T[], width: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  async function worker() {
    for (const [index, item] of queue) results[index] = await work(item);
  }
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, worker));
  return results;
}

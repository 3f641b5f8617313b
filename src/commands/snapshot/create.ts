import * as z from "zod";
import type { Context } from "../../cli/context.js";
import type { SnapshotTakenResult } from "../../workflow/results.js";
import { createSnapshot } from "../../workflow/snapshots/create.js";
import { timeOption, timeoutOption } from "../option-values.js";

export const options = z.object({ timeout: z.string().optional(), keep: z.string().optional() });

export async function run(
  context: Context,
  { timeout, keep }: z.output<typeof options>,
): Promise<SnapshotTakenResult> {
  const timeoutMs = timeoutOption("--timeout", timeout);
  const keepSeconds = keep === undefined ? {} : { keepSeconds: timeOption("--keep", keep) / 1000 };
  return context.withStage((stage) => createSnapshot(stage, { timeoutMs, ...keepSeconds }));
}

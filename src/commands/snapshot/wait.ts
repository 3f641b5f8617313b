import * as z from "zod";
import type { Context } from "../../cli/context.js";
import type { SnapshotTakenResult } from "../../workflow/results.js";
import { waitSnapshot } from "../../workflow/snapshots/wait-command.js";
import { timeoutOption } from "../option-values.js";

export const options = z.object({ timeout: z.string().optional() });

export async function run(
  context: Context,
  { timeout }: z.output<typeof options>,
  id: string,
): Promise<SnapshotTakenResult> {
  const timeoutMs = timeoutOption("--timeout", timeout);
  return context.withStage((stage) => waitSnapshot(stage, id, { timeoutMs }));
}

import * as z from "zod";
import type { Context } from "../../cli/context.js";
import type { SnapshotListResult } from "../../workflow/results.js";
import { listSnapshots } from "../../workflow/snapshots/list.js";

export const options = z.object({});

export function run(context: Context): Promise<SnapshotListResult> {
  return context.withStage(listSnapshots);
}

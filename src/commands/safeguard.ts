import * as z from "zod";
import type { SafeguardRequest } from "../workflow/snapshots/way-back.js";
import { timeOption, timeoutOption, usage } from "./option-values.js";

/** What `run` and `fix-history` take to choose the way back of this one write. */
export const safeguardOptions = z.object({
  allowDestructive: z.boolean().default(false),
  skipSnapshot: z.boolean().default(false),
  reason: z.string().max(1000).optional(),
  reuseSnapshot: z.string().optional(),
  snapshotTimeout: z.string().optional(),
});

export function safeguardOf(input: z.output<typeof safeguardOptions>): SafeguardRequest {
  const { allowDestructive, skipSnapshot, reuseSnapshot, snapshotTimeout } = input;
  const reason = input.reason?.trim();
  if (skipSnapshot && (reason === undefined || reason === "")) {
    throw usage("--skip-snapshot takes a reason.", 'Say why with --reason "…"; it is kept with the run.');
  }
  if (reason !== undefined && !skipSnapshot) {
    throw usage(
      "--reason says why there is no snapshot.",
      "Add --skip-snapshot if you mean to go without one, or leave --reason out.",
    );
  }
  if (skipSnapshot && reuseSnapshot !== undefined) {
    throw usage(
      "--skip-snapshot wants no snapshot, --reuse-snapshot wants one.",
      "Leave one of the two out.",
    );
  }
  return {
    allowDestructive,
    snapshotTimeoutMs: timeoutOption("--snapshot-timeout", snapshotTimeout),
    ...(skipSnapshot && reason !== undefined ? { skipReason: reason } : {}),
    ...(reuseSnapshot === undefined
      ? {}
      : { reuseSeconds: timeOption("--reuse-snapshot", reuseSnapshot) / 1000 }),
  };
}

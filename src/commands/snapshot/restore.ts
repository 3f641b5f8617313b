import * as z from "zod";
import type { Context } from "../../cli/context.js";
import type { SnapshotRestoreResult } from "../../workflow/results.js";
import { parseTime } from "../../workflow/since.js";
import { type RestoreFrom, restoreDatabase } from "../../workflow/snapshots/restore.js";
import { isDatabaseIdentifier } from "../../workflow/snapshots/restored-name.js";
import { timeoutOption, usage } from "../option-values.js";

export const options = z.object({
  as: z.string().optional(),
  toTime: z.string().optional(),
  timeout: z.string().optional(),
});

export async function run(
  context: Context,
  { as, toTime, timeout }: z.output<typeof options>,
  snapshot: string | undefined,
): Promise<SnapshotRestoreResult> {
  const from = whence(snapshot, toTime, context.host.now());
  const identifier = as === undefined ? {} : { identifier: newIdentifier(as) };
  const timeoutMs = timeoutOption("--timeout", timeout);
  return context.withStage((stage) => restoreDatabase(stage, { from, timeoutMs, ...identifier }));
}

function whence(snapshot: string | undefined, toTime: string | undefined, now: Date): RestoreFrom {
  if (snapshot !== undefined && toTime !== undefined)
    throw usage("A snapshot and --to-time are two ways back.", "Leave one of the two out.");
  if (snapshot !== undefined) return { snapshot };
  if (toTime === undefined) {
    throw usage(
      "What to restore was not said.",
      "Name a snapshot (migrate-remote snapshot list shows them), or a moment with --to-time.",
    );
  }
  const moment = parseTime(toTime);
  if (moment === undefined) {
    throw usage(
      `--to-time does not understand ${JSON.stringify(toTime)}.`,
      "Say a time such as 2026-11-20T10:45:12Z (UTC).",
    );
  }
  if (moment > now)
    throw usage("--to-time is in the future.", `Say a time before ${now.toISOString().slice(0, 19)}Z (UTC).`);
  return { moment: moment.toISOString() };
}

function newIdentifier(text: string): string {
  if (isDatabaseIdentifier(text)) return text.toLowerCase();
  throw usage(
    `--as ${JSON.stringify(text)} is no identifier that RDS takes.`,
    "It has 1 to 63 letters, digits and single hyphens, a letter first and no hyphen last.",
  );
}

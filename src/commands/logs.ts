import * as z from "zod";
import type { Context } from "../cli/context.js";
import { Failure } from "../contract/failure.js";
import type { LogLine } from "../workflow/events.js";
import { readLogs } from "../workflow/logs.js";
import type { LogsResult } from "../workflow/results.js";
import { parseSince } from "../workflow/since.js";

export const options = z.object({
  follow: z.boolean().default(false),
  since: z.string().optional(),
});

/** Lines are printed as they come: a log is a stream, not a result. */
export function run(
  context: Context,
  input: z.output<typeof options>,
  print: (line: LogLine) => void,
): Promise<LogsResult> {
  const since = parseSince(input.since ?? (input.follow ? "0s" : "1h"), context.host.now());
  if (since === undefined) {
    throw new Failure("usage", `--since does not understand ${JSON.stringify(input.since)}.`, {
      category: "usage",
      hint: "Say how long ago, such as 90s, 10m, 2h or 7d, or a time such as 2026-07-28T10:00 (UTC).",
    });
  }
  return context.withStage((stage) =>
    readLogs(stage, { follow: input.follow, since: since.getTime() }, print),
  );
}

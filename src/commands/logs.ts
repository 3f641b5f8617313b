import * as z from "zod";
import type { Context } from "../cli/context.js";
import { logLevels } from "../workflow/events.js";
import type { Sought } from "../workflow/logs/find-invocations.js";
import { type LogsRequest, type PrintLines, readLogs } from "../workflow/logs/read.js";
import { parseGrep } from "../workflow/logs/select.js";
import type { LogsResult } from "../workflow/results.js";
import { parseSince } from "../workflow/since.js";
import { usage } from "./option-values.js";

const text = z.string().min(1, { error: "must not be empty" }).optional();

export const options = z.object({
  follow: z.boolean().default(false),
  since: z.string().optional(),
  until: z.string().optional(),
  run: text,
  requestId: text,
  last: z.boolean().default(false),
  filter: text,
  grep: text,
  level: z
    .string()
    .toLowerCase()
    .pipe(z.enum(logLevels, { error: `is one of ${logLevels.join(", ")}` }))
    .optional(),
  raw: z.boolean().default(false),
});

type Options = z.output<typeof options>;

/** Lines are printed as they come: a log is a stream, not a result. */
export function run(context: Context, input: Options, print: PrintLines): Promise<LogsResult> {
  const request = requestOf(input, context.host.now());
  return context.withStage((stage) => readLogs(stage, request, print));
}

function requestOf(input: Options, now: Date): LogsRequest {
  const sought = soughtOf(input);
  const since = timeOf("--since", input.since ?? defaultSince(input, sought), now);
  const until = input.until === undefined ? undefined : timeOf("--until", input.until, now);
  if (until !== undefined && input.follow)
    throw usage("--follow goes on until Ctrl-C, and --until says when to end.", "Leave one of them out.");
  if (since > (until ?? now.getTime())) {
    const end = until === undefined ? "in the future" : "after --until";
    throw usage(`--since lies ${end}: there is nothing between them.`, timeHint);
  }
  return {
    follow: input.follow,
    since,
    raw: input.raw,
    ...(until === undefined ? {} : { until }),
    ...(sought === undefined ? {} : { sought }),
    ...(input.filter === undefined ? {} : { text: input.filter }),
    ...(input.grep === undefined ? {} : { grep: parseGrep(input.grep) }),
    ...(input.level === undefined ? {} : { level: input.level }),
  };
}

function soughtOf({ run: runId, requestId, last }: Options): Sought | undefined {
  const named = [runId !== undefined, requestId !== undefined, last].filter(Boolean).length;
  if (named > 1)
    throw usage(
      "--run, --request-id and --last each name an invocation.",
      "Give one of them, or none for all there is.",
    );
  if (runId !== undefined) return { runId };
  if (requestId !== undefined) return { requestId };
  return last ? { last: true } : undefined;
}

/** A run id holds its own time; another invocation is searched for as far back as that stays quick. */
function defaultSince({ follow }: Options, sought: Sought | undefined): string {
  if (sought === undefined) return follow ? "0s" : "1h";
  return "runId" in sought ? "1970-01-01" : "7d";
}

const timeHint = "Say how long ago, such as 90s, 10m, 2h or 7d, or a time such as 2026-07-28T10:00 (UTC).";

function timeOf(option: string, said: string, now: Date): number {
  const time = parseSince(said, now);
  if (time !== undefined) return time.getTime();
  throw usage(`${option} does not understand ${JSON.stringify(said)}.`, timeHint);
}

import * as z from "zod";
import type { Context } from "../cli/context.js";
import type { LogShape } from "../cli/line-printer.js";
import type { Failure } from "../contract/failure.js";
import { type LogLevel, logLevels } from "../workflow/events.js";
import type { Sought } from "../workflow/logs/find-invocations.js";
import { type LogsRequest, type PrintLines, readLogs } from "../workflow/logs/read.js";
import { parseGrep } from "../workflow/logs/select.js";
import type { LogsResult } from "../workflow/results.js";
import { parseSince } from "../workflow/since.js";
import { usage } from "./option-values.js";

/** Names that loggers and people have for the same. */
const aliases: Record<string, LogLevel> = {
  trace: "debug",
  verbose: "debug",
  notice: "info",
  information: "info",
  warning: "warn",
  err: "error",
  fatal: "error",
  critical: "error",
  panic: "error",
};

const text = z.string().min(1, { error: "must not be empty" }).optional();

export const options = z.object({
  follow: z.boolean().default(false),
  since: z.string().optional(),
  until: z.string().optional(),
  run: text,
  requestId: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, {
      error: "takes an id such as 8f5a2c31-0b7e-4d53-9a51-6f2f2f0e7c11; `logs --json` has each line's",
    })
    .optional(),
  last: z.boolean().default(false),
  filter: text,
  grep: text,
  level: z
    .string()
    .toLowerCase()
    .transform((level) => aliases[level] ?? level)
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

export function shapeOf(input: Options): LogShape {
  return { raw: input.raw, mixed: soughtOf(input) === undefined };
}

function requestOf(input: Options, now: Date): LogsRequest {
  const sought = soughtOf(input);
  const since = timeOf("--since", input.since ?? defaultSince(input, sought), now);
  const until = input.until === undefined ? undefined : timeOf("--until", input.until, now);
  if (until !== undefined && input.follow)
    throw usage("--follow goes on until Ctrl-C, and --until says when to end.", "Leave one of them out.");
  if (since > (until ?? now.getTime())) throw nothingBetween(input);
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

function nothingBetween({ since, until }: Options): Failure {
  if (until === undefined)
    return usage(
      "--since lies in the future: there is nothing to read yet.",
      "To wait for new lines: --follow.",
    );
  if (since === undefined)
    return usage(
      "--until lies before the beginning, which without --since is 1h ago (7d for one invocation).",
      "Say with --since where to begin, further back than --until.",
    );
  return usage(
    "--since lies after --until: there is nothing between them.",
    `--since is where to begin, --until where to end. Did you mean --since ${until} --until ${since}?`,
  );
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

const timeHint =
  "Say how long ago, such as 90s, 10m, 2h or 7d, or a time such as 2026-07-28T10:00 (UTC), or now.";

function timeOf(option: string, said: string, now: Date): number {
  const time = said === "now" ? now : parseSince(said, now);
  if (time !== undefined) return time.getTime();
  throw usage(`${option} does not understand ${JSON.stringify(said)}.`, timeHint);
}

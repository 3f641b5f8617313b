import { redact } from "../contract/redact.js";
import type { ConsoleLinks } from "../output/console-links.js";
import type { Ending } from "../output/ending.js";
import { linksOf } from "../output/links-of.js";
import type { Given } from "../output/recommend.js";
import type { CommandResult, ResultError } from "../workflow/results.js";
import { exitMeaning } from "./exit-code.js";
import type { Host } from "./host.js";
import { type Met, onlyStage } from "./met.js";
import type { Pipeline } from "./pipeline.js";

/** A command line that has come to its end. */
export interface Ended {
  command?: string | undefined;
  result?: CommandResult;
  error?: ResultError;
  exitCode: number;
  met: Met;
  /** What recommended commands go on with. */
  given: Given;
  /** Milliseconds. */
  durationMs: number;
}

/** Before the end is printed: that the job's page could not be written is a warning of it. */
export async function tellPage(
  ended: Ended,
  { env }: Host,
  pipeline: Pipeline | undefined,
): Promise<string | undefined> {
  if (pipeline?.kind !== "github") return undefined;
  const { addToSummary } = await import("./job-summary.js");
  return addToSummary(endingOf(ended), env);
}

/** After the end was printed. */
export async function tellAnnotations(ended: Ended, pipeline: Pipeline | undefined): Promise<void> {
  if (pipeline?.kind !== "github") return;
  const { annotationLines } = await import("../output/annotations.js");
  for (const line of annotationLines(endingOf(ended))) pipeline.command(line);
}

export function linksOfEnd({ result, met }: Ended): ConsoleLinks {
  const stage = stageOf({ result, met });
  return linksOf(result, stage === undefined ? undefined : met.targets.get(stage)?.place);
}

function stageOf({ result, met }: { result: CommandResult | undefined; met: Met }): string | undefined {
  const named = result !== undefined && "stage" in result ? result.stage : undefined;
  return named ?? onlyStage(met);
}

/** Secrets are masked where they come in; here once more, for what is kept for months. */
function endingOf(ended: Ended): Ending {
  const { met, ...end } = ended;
  return masked({
    ...end,
    stage: stageOf({ result: end.result, met }),
    plan: met.plan,
    exitMeans: exitMeaning(end.exitCode),
    warnings: met.warnings,
    links: linksOfEnd(ended),
  } satisfies Ending);
}

function masked<T>(value: T): T;
function masked(value: unknown): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map((one) => masked(one));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, masked(inner)]));
}

import { suggestion } from "../contract/near-miss.js";
import { excerpt } from "../contract/redact.js";
import type { Config } from "./schema.js";

/** Why something cannot be resolved. */
export interface Unresolved {
  message: string;
  /** What to do next. */
  hint: string;
}

export type ResolvedStage = { ok: true; stage: string } | { ok: false; problem: Unresolved };

/**
 * Which stage is meant: `--stage`, else MIGRATE_REMOTE_STAGE, else the file's `defaultStage`, else the only stage there is.
 *
 * A name that is given and unknown is an error, never a reason to try the next source.
 */
export function resolveStage(
  config: Config,
  given: { flag?: string | undefined; env: Readonly<Record<string, string | undefined>> },
): ResolvedStage {
  const stages = Object.keys(config.stages);
  const list = `Stages in the configuration: ${stages.join(", ")}.`;
  const fromEnvironment = given.env.MIGRATE_REMOTE_STAGE || undefined;
  const [stage, source] =
    given.flag !== undefined
      ? [given.flag, "--stage"]
      : fromEnvironment !== undefined
        ? [fromEnvironment, "MIGRATE_REMOTE_STAGE"]
        : [config.defaultStage ?? (stages.length === 1 ? stages[0] : undefined), "defaultStage"];
  if (stage === undefined) {
    return problem(
      "No stage was said, and there are several.",
      `Add --stage, such as --stage ${stages[0]}. ${list}`,
    );
  }
  if (Object.hasOwn(config.stages, stage)) return { ok: true, stage };
  const shown = excerpt(stage, 64);
  return problem(`There is no stage \`${shown}\` (from ${source})${suggestion(stage, stages) || "."}`, list);
}

function problem(message: string, hint: string): ResolvedStage {
  return { ok: false, problem: { message, hint } };
}

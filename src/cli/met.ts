import type { ConsolePlaces } from "../output/console-links.js";
import type { MigrationView } from "../workflow/results.js";

/** What a command met on its way, for the JSON of however it ends. */
export interface Met {
  warnings: { code: string; message: string }[];
  /** The stages that it opened. */
  targets: Map<string, MetTarget>;
  /** The plan that it showed last. */
  plan?: MigrationView[];
}

export interface MetTarget {
  function: string;
  /** Absent where the AWS console knows nothing of it. */
  place?: Pick<ConsolePlaces, "region" | "function"> | undefined;
}

export function metNothing(): Met {
  return { warnings: [], targets: new Map() };
}

export function warningsInJson({ warnings }: Met): Partial<Pick<Met, "warnings">> {
  return warnings.length === 0 ? {} : { warnings };
}

/** An error has no target of its own; where one stage alone was opened, it is that one's. */
export function metInJson(met: Met): object {
  const stage = onlyStage(met);
  const target = stage === undefined ? {} : { stage, function: met.targets.get(stage)?.function };
  return { ...target, ...warningsInJson(met) };
}

export function onlyStage({ targets }: Met): string | undefined {
  const [only, ...others] = targets.keys();
  return others.length > 0 ? undefined : only;
}

/** What a command met on its way, for the JSON of however it ends. */
export interface Met {
  warnings: { code: string; message: string }[];
  /** The stages that it opened, each with its function. */
  targets: Map<string, string>;
}

export function warningsInJson({ warnings }: Met): Partial<Pick<Met, "warnings">> {
  return warnings.length === 0 ? {} : { warnings };
}

/** An error has no target of its own; where one stage alone was opened, it is that one's. */
export function metInJson(met: Met): object {
  const [only, ...others] = met.targets;
  const target = only === undefined || others.length > 0 ? {} : { stage: only[0], function: only[1] };
  return { ...target, ...warningsInJson(met) };
}

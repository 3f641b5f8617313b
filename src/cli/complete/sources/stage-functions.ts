import { expandTemplate } from "../../../config/template.js";
import type { Surroundings } from "../answer.js";
import { configuration, member, namesIn } from "../configuration.js";

/** Each stage's function, where it can be told from the file alone; undefined where there is no configuration. */
export async function stageFunctions(
  host: Surroundings,
  config: string | undefined,
): Promise<Map<string, string | undefined> | undefined> {
  const said = await configuration(host, config);
  if (said === undefined) return undefined;
  const stages = member(said, "stages");
  return new Map(namesIn(stages).map((name) => [name, functionOf(said, name, member(stages, name))]));
}

/** An ARN, or a name with a version or alias, is noted in other words than it is written in. */
function functionOf(said: unknown, stage: string, own: unknown): string | undefined {
  const template = text(member(own, "function")) ?? text(member(said, "function"));
  if (template === undefined) return undefined;
  const values = { project: text(member(said, "project")), stage, region: undefined };
  const { text: name, problems } = expandTemplate("function", template, values);
  return problems.length > 0 || name.includes(":") ? undefined : name;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

import { isProtected } from "../../../config/protected.js";
import type { Surroundings } from "../answer.js";
import type { Candidate } from "../candidate.js";
import { configuration, member, namesIn } from "../configuration.js";

/** The stages of the configuration. */
export async function stageNames(host: Surroundings, config: string | undefined): Promise<Candidate[]> {
  const stages = member(await configuration(host, config), "stages");
  return namesIn(stages).map((name) => ({ value: name, about: aboutStage(name, member(stages, name)) }));
}

function aboutStage(name: string, stage: unknown): string {
  if (member(stage, "local") !== undefined) return "on this machine";
  return isProtected(name, { protected: member(stage, "protected") }) ? "protected" : "";
}

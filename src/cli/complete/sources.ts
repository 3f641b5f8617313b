import type { ProjectEngine } from "../../project/project.js";
import { logLevels } from "../../workflow/events.js";
import type { Surroundings } from "./answer.js";
import type { Candidate } from "./candidate.js";
import type { Position } from "./position.js";
import { stageNames } from "./sources/stages.js";

const engines: ProjectEngine[] = ["alembic", "prisma", "sql"];

type Source = (position: Position, host: Surroundings) => Promise<Candidate[]> | Candidate[];

const knownRevisions: Source = async ({ given }, host) => {
  const { revisions } = await import("./sources/revisions.js");
  return revisions(host, given.get("--config"));
};

/**
 * By what stands between the brackets of an option or argument. What is not in it can only be typed. Nearly everybody asks for a stage: that is
 * there, and the rest is loaded when it is asked for.
 */
export const sources: Readonly<Record<string, Source>> = {
  stage: ({ given }, host) => stageNames(host, given.get("--config")),
  rev: knownRevisions,
  revision: knownRevisions,
  "run-id": async ({ given }, host) => {
    const { runIds } = await import("./sources/run-ids.js");
    return runIds(host, { stage: given.get("--stage"), config: given.get("--config") });
  },
  profile: async (_, { env }) => (await import("./sources/profiles.js")).profileNames(env),
  region: async () => (await import("./sources/regions.js")).regionNames,
  engine: () => engines.map((value) => ({ value })),
  level: () => logLevels.map((value) => ({ value })),
  command: ({ program }) => program.commands.map((one) => ({ value: one.name(), about: one.description() })),
};

import type { ProjectEngine } from "../../project/project.js";
import { logLevels } from "../../workflow/events.js";
import type { Surroundings } from "./answer.js";
import type { Candidate } from "./candidate.js";
import type { Position } from "./position.js";
import { profileNames } from "./sources/profiles.js";
import { regionNames } from "./sources/regions.js";
import { revisions } from "./sources/revisions.js";
import { runIds } from "./sources/run-ids.js";
import { stageNames } from "./sources/stages.js";

const engines: ProjectEngine[] = ["alembic", "prisma", "sql"];

type Source = (position: Position, host: Surroundings) => Promise<Candidate[]> | Candidate[];

const knownRevisions: Source = ({ given }, host) => revisions(host, given.get("--config"));

/** By what stands between the brackets of an option or argument. What is not in it can only be typed. */
export const sources: Readonly<Record<string, Source>> = {
  stage: ({ given }, host) => stageNames(host, given.get("--config")),
  rev: knownRevisions,
  revision: knownRevisions,
  "run-id": ({ given }, host) => runIds(host, { stage: given.get("--stage"), config: given.get("--config") }),
  profile: (_, { env }) => profileNames(env),
  region: () => regionNames,
  engine: () => engines.map((value) => ({ value })),
  level: () => logLevels.map((value) => ({ value })),
  command: ({ program }) => program.commands.map((one) => ({ value: one.name(), about: one.description() })),
};

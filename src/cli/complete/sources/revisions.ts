import { recogniseProjects } from "../../../project/recognise.js";
import { readSource } from "../../../project/revisions.js";
import type { Surroundings } from "../answer.js";
import type { Candidate } from "../candidate.js";
import { projectFolder } from "../configuration.js";

/** The revisions of the repository's migrations, newest first; what cannot be read is left out. */
export async function revisions(host: Surroundings, config: string | undefined): Promise<Candidate[]> {
  const projects = await recogniseProjects(await projectFolder(host, config));
  const read = await Promise.all(projects.map((project) => readSource(project).catch(() => undefined)));
  return read.flatMap((source) =>
    (source?.revisions ?? [])
      .toReversed()
      .map(({ revision, name }) => ({ value: revision, about: name === revision ? "" : name })),
  );
}

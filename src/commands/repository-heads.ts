import { resolve, sep } from "node:path";
import type { PackageConfig } from "../config/package.js";
import { Failure } from "../contract/failure.js";
import type { Project } from "../project/project.js";
import { projectName } from "../project/project-name.js";
import { recogniseProjects } from "../project/recognise.js";
import { headsOf, readRevisions } from "../project/revisions.js";
import type { RepositoryHeads } from "../workflow/deploy/check-heads.js";
import { headWords } from "../workflow/deploy/heads.js";

type RepositoryRevisions = { heads: string[]; revisions: string[] } | { unknown: string };

/** The head revisions of the repository's migrations. `folder`: the configuration's. */
export async function repositoryHeads(
  folder: string,
  packed: PackageConfig | undefined,
): Promise<RepositoryHeads> {
  const found = await readRepository(folder, packed);
  return "heads" in found ? { heads: found.heads } : found;
}

/** The revisions of the repository, from its files. Where it has several sets of migrations, the one that is packed counts. */
export async function readRepository(
  folder: string,
  packed: PackageConfig | undefined,
): Promise<RepositoryRevisions> {
  const all = await recogniseProjects(folder);
  const within = packedFolders(folder, packed);
  const own = all.filter((project) => within.some((place) => isWithin(project.migrations, place)));
  const candidates = own.length > 0 ? own : all;
  const [project, ...others] = candidates;
  if (project === undefined) return { unknown: `no migrations were found in ${folder}` };
  if (others.length > 0) return { unknown: await several(candidates, folder) };
  return headsIn(project);
}

async function headsIn(project: Project): Promise<RepositoryRevisions> {
  try {
    const revisions = await readRevisions(project);
    const heads = headsOf(revisions);
    return heads.length > 0
      ? { heads, revisions: revisions.map(({ revision }) => revision) }
      : { unknown: `there is no migration in ${project.migrations} yet` };
  } catch (error) {
    if (error instanceof Failure) return { unknown: error.message };
    throw error;
  }
}

function packedFolders(folder: string, packed: PackageConfig | undefined): string[] {
  if (packed === undefined) return [];
  return [packed.directory, ...Object.values(packed.include ?? {})].map((place) => resolve(folder, place));
}

/** Only what is packed with its folder is certain to be meant. */
function isWithin(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}${sep}`);
}

const mostNamed = 5;

async function several(projects: Project[], folder: string): Promise<string> {
  const named = await Promise.all(
    projects.slice(0, mostNamed).map(async (project) => {
      const found = await headsIn(project);
      const head = "heads" in found ? `, at ${headWords(found.heads)}` : "";
      return projectName(project, folder) + head;
    }),
  );
  const more = projects.length > mostNamed ? [`and ${projects.length - mostNamed} more`] : [];
  return `the repository has ${projects.length} sets of migrations: ${[...named, ...more].join("; ")}`;
}

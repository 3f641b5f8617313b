import { relative, sep } from "node:path";
import type { Project } from "./project.js";

/** One set of migrations among several, for people: `sql in billing/migrations`. */
export function projectName({ engine, migrations }: Project, folder: string): string {
  return `${engine} in ${relative(folder, migrations).split(sep).join("/") || "."}`;
}

/** Those that are files; a map in the code is the handler's own. */
export function withFiles(projects: Project[]): Project[] {
  return projects.filter(({ inline }) => inline !== true);
}

/** The engines of these projects, each once. */
export function enginesOf(projects: Project[]): Project["engine"][] {
  return [...new Set(projects.map(({ engine }) => engine))];
}

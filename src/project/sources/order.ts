import type { SourceRevision } from "../project.js";

/** Each behind those that it needs, otherwise in the order given; a circle is cut where it was entered. */
export function inOrder(revisions: SourceRevision[]): SourceRevision[] {
  const byName = new Map(revisions.map((one) => [one.revision, one]));
  const placed = new Set<SourceRevision>();
  for (const one of revisions) {
    // The way from `one` down to what is looked at.
    const path = [one];
    const entered = new Set(path);
    while (path.length > 0) {
      const last = path[path.length - 1] as SourceRevision;
      const next = neededBy(last)
        .map((name) => byName.get(name))
        .find((needed) => needed !== undefined && !placed.has(needed) && !entered.has(needed));
      if (next === undefined) placed.add(path.pop() as SourceRevision);
      else {
        path.push(next);
        entered.add(next);
      }
    }
  }
  return [...placed];
}

export function neededBy({ downRevisions, dependsOn = [] }: SourceRevision): string[] {
  return [...downRevisions, ...dependsOn];
}

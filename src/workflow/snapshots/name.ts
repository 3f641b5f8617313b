import type { DatabaseKind } from "../../remote/databases.js";

/** RDS's limits: of a DB snapshot, and of a DB cluster snapshot. */
const longest: Record<DatabaseKind, number> = { instance: 255, cluster: 63 };

export interface NameParts {
  kind: DatabaseKind;
  stage: string;
  at: Date;
  /** What the database is at; empty where nothing is applied or nobody knows. */
  revisions: string[];
}

/** `migrate-remote-prod-20261120t104512z-004-drop-notes`, in what RDS takes: letters, digits and single hyphens, a letter first, none at the end. */
export function snapshotName({ kind, stage, at, revisions }: NameParts): string {
  const time = `${at
    .toISOString()
    .replace(/[-:]|\.\d+/g, "")
    .toLowerCase()}`;
  // Cut at the stage first, at the revision last: the time is what makes the name its own.
  const room = longest[kind] - "migrate-remote--".length - time.length;
  const head = rdsWord(`migrate-remote-${rdsWord(stage, room)}-${time}`, longest[kind]);
  return rdsWord(`${head}-${revisions.join("-")}`, longest[kind]);
}

function rdsWord(text: string, length: number): string {
  const plain = text.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return plain.slice(0, Math.max(0, length)).replace(/^-+|-+$/g, "");
}

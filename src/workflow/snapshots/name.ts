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
  const time = at
    .toISOString()
    .replace(/[-:]|\.\d+/g, "")
    .toLowerCase();
  const head = `${snapshotPrefix({ kind, stage })}${time}`;
  return rdsWord(`${head}-${revisions.join("-")}`, longest[kind]);
}

/** How the names of a stage's snapshots begin. Cut at the stage first: the time that follows is what makes a name its own. */
export function snapshotPrefix({ kind, stage }: Pick<NameParts, "kind" | "stage">): string {
  const room = longest[kind] - "migrate-remote--".length - "20261120t104512z".length;
  const word = rdsWord(stage, room);
  return word === "" ? "migrate-remote-" : `migrate-remote-${word}-`;
}

function rdsWord(text: string, length: number): string {
  const plain = text.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  return plain.slice(0, Math.max(0, length)).replace(/^-+|-+$/g, "");
}

import type { Tags } from "../../remote/databases.js";

/** What our tags say of a snapshot. */
export interface SnapshotFacts {
  stage: string;
  /** The run that it was taken for; absent where it was taken by itself. */
  runId?: string;
  /** What the database was at. */
  revision?: string;
  gitCommit?: string;
  requestedBy?: string;
  /** ISO 8601, UTC. */
  keepUntil?: string;
  /** How long it took to make, in seconds: RDS does not tell afterwards. */
  seconds?: number;
}

const prefix = "migrate-remote:";

const names = {
  stage: `${prefix}stage`,
  runId: `${prefix}run-id`,
  revision: `${prefix}revision`,
  gitCommit: `${prefix}git-commit`,
  requestedBy: `${prefix}requested-by`,
  keepUntil: `${prefix}keep-until`,
  seconds: `${prefix}seconds`,
} as const satisfies Record<keyof SnapshotFacts, string>;

export function tagsOf(facts: Partial<SnapshotFacts>): Tags {
  return Object.fromEntries(
    Object.entries(names).flatMap(([key, name]) => {
      const value = facts[key as keyof SnapshotFacts];
      return value === undefined || value === "" ? [] : [[name, tagValue(String(value))]];
    }),
  );
}

/** Undefined where the snapshot is none of this stage's: what we did not make we do not touch. */
export function factsOf(tags: Tags, stage: string): SnapshotFacts | undefined {
  if (tags[names.stage] !== tagValue(stage)) return undefined;
  const seconds = Number(tags[names.seconds]);
  const facts: SnapshotFacts = { stage };
  for (const key of ["runId", "revision", "gitCommit", "requestedBy", "keepUntil"] as const) {
    const value = tags[names[key]];
    if (value !== undefined && value !== "") facts[key] = value;
  }
  if (Number.isFinite(seconds) && seconds > 0) facts.seconds = seconds;
  return facts;
}

/**
 * For a restored database. Not the snapshots' own names: RDS copies a database's tags to its snapshots where it is told to, and
 * one that somebody else makes of it later must not pass for ours.
 */
export function restoredTags(stage: string, from: string): Tags {
  return {
    [`${prefix}restored-for`]: tagValue(stage),
    [`${prefix}restored-from`]: tagValue(from),
  };
}

/** AWS takes letters, digits, spaces and these marks, at most 256 characters; what else there is becomes `_`. */
function tagValue(value: string): string {
  return value
    .replace(/[^\p{L}\p{Z}\p{N}_.:/=+\-@]/gu, "_")
    .trim()
    .slice(0, 256);
}

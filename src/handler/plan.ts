import { planId } from "../contract/plan-id.js";
import type { Plan } from "../contract/report.js";
import { revisionsMeant } from "../contract/revision-name.js";
import type { Source, SourceMigration } from "./engines/parts.js";
import { type Refusal, refusal } from "./refusal.js";
import type { Assessment } from "./state.js";

export interface PlannedMigrations {
  plan: Plan;
  migrations: SourceMigration[];
}

/** What a run to `target` would apply. `target` is a revision of the source, or undefined for the head. */
export function makePlan(
  engine: string,
  assessment: Assessment,
  source: Source,
  target?: string,
): PlannedMigrations {
  const position = new Map(source.migrations.map(({ revision }, index) => [revision, index]));
  const last = target === undefined ? source.migrations.length : (position.get(target) ?? -1);
  const migrations = assessment.pending.filter(({ revision }) => (position.get(revision) ?? 0) <= last);
  const content = { engine, from: assessment.current, target: target ?? assessment.head[0] ?? null };
  return {
    migrations,
    plan: {
      id: planId({ ...content, migrations }),
      from: content.from,
      target: content.target,
      revisions: migrations.map(({ revision }) => revision),
    },
  };
}

/**
 * The revision that a person means: the whole name, or the beginning of exactly one, such as its number. Leading zeros may be left out.
 */
export function findRevision(source: Source, wanted: string): string | Refusal {
  const revisions = source.migrations.map(({ revision }) => revision);
  const found = revisionsMeant(revisions, wanted);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  return unknownRevision(wanted, found, revisions);
}

function unknownRevision(wanted: string, found: string[], revisions: string[]): Refusal {
  const name = JSON.stringify(wanted.slice(0, 200));
  if (found.length > 0) {
    return refusal("unknown_revision", `${name} may mean ${listed(found)}. Nothing was done.`, {
      hint: "Give more of its name.",
    });
  }
  const near = nearest(wanted, revisions);
  const like = near.length === 0 ? "" : ` Near it are ${listed(near)}.`;
  return refusal(
    "unknown_revision",
    `The deployed function has no revision ${name}.${like} Nothing was done.`,
    {
      hint: "See what it has: migrate-remote status. A revision that was just written has to be deployed first.",
    },
  );
}

function listed(revisions: string[]): string {
  const shown = revisions.slice(0, 5).join(", ");
  return revisions.length > 5 ? `${shown} and ${revisions.length - 5} more` : shown;
}

/** Those that share the most pairs of letters with what was typed. */
function nearest(wanted: string, revisions: string[]): string[] {
  const pairs = pairsOf(wanted);
  return revisions
    .map((revision) => {
      const theirs = pairsOf(revision);
      const shared = [...pairs].filter((pair) => theirs.has(pair)).length;
      return { revision, score: (2 * shared) / (pairs.size + theirs.size || 1) };
    })
    .filter(({ score }) => score > 0.3)
    .sort((a, b) => b.score - a.score)
    .slice(0, 3)
    .map(({ revision }) => revision);
}

function pairsOf(text: string): Set<string> {
  const letters = text.slice(0, 200).toLowerCase();
  return new Set(
    Array.from({ length: Math.max(0, letters.length - 1) }, (_, at) => letters.slice(at, at + 2)),
  );
}

/** Migrations are never undone, so a target that lies behind is refused, not reached. */
export function targetBehind(assessment: Assessment, source: Source, target: string): Refusal | undefined {
  const [current] = assessment.current;
  const isApplied = assessment.applied.some(({ row }) => row.revision === target);
  if (!isApplied || current === undefined || source.compare(target, current) >= 0) return undefined;
  return refusal(
    "target_behind_current",
    `The database is at ${current}, which comes after ${target}. Migrations are never undone; nothing was done.`,
    { hint: `To undo one, write a new migration that does. To go back as a whole, restore a snapshot.` },
  );
}

import { relative } from "node:path";
import type { Context } from "../../cli/context.js";
import { Failure } from "../../contract/failure.js";
import { type LintFinding, lintFinding } from "../../contract/lint-rules.js";
import { type AlembicSetting, roundTrips, type Trips } from "../../project/alembic/tool.js";
import type { SourceRevision } from "../../project/project.js";
import { sqlTrips, wayDown } from "../../project/sql-trips.js";
import type { Selected } from "./select.js";

/** Of what is looked at, what may go down again: with Alembic each revision, with Prisma none, of numbered SQL what has a file for it. */
export async function reversible({ project, revisions }: Selected): Promise<SourceRevision[]> {
  if (project.engine === "alembic") return revisions;
  if (project.engine === "prisma") return [];
  const ways = await Promise.all(revisions.map(wayDown));
  return revisions.filter((_, index) => ways[index] !== undefined);
}

/** Refuses where nothing at all can go down, and warns of what cannot. */
export function expectWaysDown(
  { emit, host }: Context,
  sets: { selected: Selected; wanted: SourceRevision[] }[],
): void {
  const some = sets.filter(({ selected }) => selected.revisions.length > 0);
  if (some.length > 0 && some.every(({ wanted }) => wanted.length === 0)) throw noWayDown(host.cwd, some);
  for (const { selected, wanted } of some) {
    const { project, revisions } = selected;
    if (wanted.length === revisions.length) continue;
    const why =
      project.engine === "prisma" ? "Prisma goes forward only" : "Without a .down.sql there is no way down";
    const tried = wanted.length === 0 ? "none" : `only ${wanted.map(({ revision }) => revision).join(", ")}`;
    const count = revisions.length === 1 ? "the migration" : `${revisions.length} migrations`;
    const message = `${why}: of ${count} in ${folderOf(selected, host.cwd)} ${tried} could be tried.`;
    emit({ type: "warning", code: "no_way_down", message });
  }
}

function noWayDown(cwd: string, sets: { selected: Selected }[]): Failure {
  const revisions = sets.flatMap(({ selected }) => selected.revisions);
  const folders = sets.map(({ selected }) => folderOf(selected, cwd)).join(", ");
  const what =
    revisions.length === 1 ? revisions[0]?.revision : `the ${revisions.length} migrations in ${folders}`;
  const hint = sets.some(({ selected }) => selected.project.engine === "sql")
    ? "Write the way back of NNN_name.sql into NNN_name.down.sql. The far side passes it over."
    : "Prisma goes forward only; try migrations on a local stage: migrate-remote run --stage local";
  const message = `There is no way down to try: ${what} can only go up.`;
  return new Failure("no_way_down", message, { category: "usage", hint });
}

function folderOf({ project }: Selected, cwd: string): string {
  return relative(cwd, project.migrations) || ".";
}

/** What the trips of one set of migrations found, and the revisions after whose trip the schema was the same. */
export interface Tried {
  findings: LintFinding[];
  whole: string[];
}

/** Each migration that is wanted: up, down and up again in a scratch database, so that the culprit is named. */
export async function tryRoundTrips(
  context: Context,
  { project, source }: Selected,
  wanted: SourceRevision[],
  setting: AlembicSetting,
  own: LintFinding[],
): Promise<Tried> {
  if (wanted.length === 0) return { findings: [], whole: [] };
  const trips = await context.withScratch((scratch) => {
    context.emit({ type: "waiting", message: "going up, down and up again" });
    return project.engine === "alembic"
      ? roundTrips(
          setting,
          scratch.url,
          wanted.map(({ revision }) => revision),
        )
      : sqlTrips(source.revisions, wanted, scratch);
  });
  if ("why" in trips) {
    throw new Failure(
      "round_trip_impossible",
      `The round trip could not be made: ${trips.why}. No database of yours was touched.`,
      {
        hint: "See that `alembic history` and `alembic upgrade head --sql` work here, with the project's virtual environment active.",
      },
    );
  }
  const irreversible = new Set(
    own.flatMap(({ rule, revision }) => (rule === "irreversible-downgrade" ? [revision] : [])),
  );
  // What only raises says itself that it has no way back, and a rule of its own has told it.
  const meant = trips.trips.map(({ error, ...trip }) => {
    const isSaid = error?.during === "down" && irreversible.has(trip.revision);
    return error === undefined || isSaid ? trip : { ...trip, error };
  });
  const whole = trips.trips.filter(
    ({ error, down = [], again = [] }) => error === undefined && down.length === 0 && again.length === 0,
  );
  return {
    findings: told({ ...trips, trips: meant }, source.revisions),
    whole: whole.map(({ revision }) => revision),
  };
}

function told({ trips, stopped }: Trips, revisions: SourceRevision[]): LintFinding[] {
  const found = (revision: string, message: string, line?: number, fix?: string) => {
    const file = revisions.find((one) => one.revision === revision)?.file ?? "";
    return lintFinding(
      "round-trip",
      { file, revision, ...(line === undefined ? {} : { line }) },
      message,
      fix,
    );
  };
  const failed = (revision: string, { during, message, line }: Failed) => {
    const end = revision === stopped?.revision ? "; what comes behind it could not be tried" : "";
    return found(revision, `${ways[during]} fails: ${message}${end}`, line);
  };
  const fix = "Let the way down undo all that the way up does.";
  const findings = trips.flatMap(({ revision, error, down = [], again = [] }) => [
    ...down.map((difference) => found(revision, `after up and down, ${difference}`, undefined, fix)),
    ...again.map((difference) => found(revision, `after up, down and up again, ${difference}`)),
    ...(error === undefined ? [] : [failed(revision, error)]),
  ]);
  const isTold = trips.some(({ revision, error }) => revision === stopped?.revision && error !== undefined);
  return stopped === undefined || isTold ? findings : [...findings, failed(stopped.revision, stopped)];
}

type Failed = NonNullable<Trips["trips"][number]["error"]>;

const ways = { up: "going up", down: "going down", again: "going up again after going down" };

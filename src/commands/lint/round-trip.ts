import { relative } from "node:path";
import type { Context } from "../../cli/context.js";
import { Failure } from "../../contract/failure.js";
import { type LintFinding, lintFinding } from "../../contract/lint-rules.js";
import { type AlembicSetting, roundTrips, type Trips } from "../../project/alembic/tool.js";
import type { SourceRevision } from "../../project/project.js";
import { sqlTrips, wayDown } from "../../project/sql-trips.js";
import type { Selected } from "./select.js";

/** Each migration that is looked at: up, down and up again in a scratch database, so that the culprit is named. */
export async function tryRoundTrips(
  context: Context,
  selected: Selected,
  setting: AlembicSetting,
  own: LintFinding[],
): Promise<LintFinding[]> {
  const { project, source, revisions } = selected;
  if (revisions.length === 0) return [];
  const wanted = project.engine === "alembic" ? revisions : await withWayDown(context, selected);
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
  return told({ ...trips, trips: meant }, source.revisions);
}

async function withWayDown(
  { emit, host }: Context,
  { project, revisions }: Selected,
): Promise<SourceRevision[]> {
  const ways = await Promise.all(revisions.map(wayDown));
  const wanted = project.engine === "sql" ? revisions.filter((_, index) => ways[index] !== undefined) : [];
  if (wanted.length === 0) {
    const hint =
      project.engine === "prisma"
        ? "Prisma goes forward only; try migrations on a local stage: migrate-remote run --stage local"
        : "Write the way back of NNN_name.sql into NNN_name.down.sql. The far side passes it over.";
    const message = `There is no way down to try: ${revisions.length === 1 ? revisions[0]?.revision : `the ${revisions.length} migrations in ${relative(host.cwd, project.migrations) || "."}`} can only go up.`;
    throw new Failure("no_way_down", message, { category: "usage", hint });
  }
  if (wanted.length < revisions.length) {
    const message = `Without a .down.sql there is no way down: of ${revisions.length} migrations only ${wanted.map(({ revision }) => revision).join(", ")} could be tried.`;
    emit({ type: "warning", code: "no_way_down", message });
  }
  return wanted;
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

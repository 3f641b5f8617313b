import { readFile } from "node:fs/promises";
import { readDirective } from "../contract/sql/directive.js";
import { differences } from "../contract/sql/fingerprint.js";
import { lineComments } from "../contract/sql/lexer.js";
import type { Trips } from "./alembic/tool.js";
import { exists } from "./exists.js";
import type { SourceRevision } from "./project.js";

/** A database to try migrations in. */
export interface TrialDatabase {
  execute(script: string, transactional: boolean): Promise<void>;
  schema(): Promise<Map<string, string>>;
}

/** The file that takes a numbered migration back: `NNN_name.down.sql` or `NNN_name.undo.sql` beside it. */
export async function wayDown({ file }: SourceRevision): Promise<string | undefined> {
  const stem = file.replace(/(?:\.up)?\.sql$/i, "");
  for (const path of [`${stem}.down.sql`, `${stem}.undo.sql`]) if (await exists(path)) return path;
  return undefined;
}

/** Each of the wanted that has a way down: up, down and up again, on top of all that come before it. */
export async function sqlTrips(
  revisions: SourceRevision[],
  wanted: SourceRevision[],
  database: TrialDatabase,
): Promise<Trips> {
  const trips: Trips["trips"] = [];
  const last = Math.max(...wanted.map((one) => revisions.indexOf(one)));
  for (const one of revisions.slice(0, last + 1)) {
    const { revision } = one;
    const down = wanted.includes(one) ? await wayDown(one) : undefined;
    const before = await database.schema();
    const failed = await attempt("up", one.file, database);
    if (failed !== undefined) return { trips, stopped: { revision, ...failed } };
    if (down === undefined) continue;
    const after = await database.schema();
    const stuck = await attempt("down", down, database);
    if (stuck !== undefined) {
      trips.push({ revision, error: stuck });
      // In one transaction nothing of it stays, and the next migration can be tried.
      if (differences(await database.schema(), after).length > 0)
        return { trips, stopped: { revision, ...stuck } };
      continue;
    }
    const back = differences(await database.schema(), before);
    const again = await attempt("again", one.file, database);
    if (again !== undefined) {
      trips.push({ revision, error: again, down: back });
      return { trips, stopped: { revision, ...again } };
    }
    trips.push({ revision, down: back, again: differences(await database.schema(), after) });
  }
  return { trips };
}

type Failed = NonNullable<Trips["trips"][number]["error"]>;

async function attempt(
  during: Failed["during"],
  file: string,
  database: TrialDatabase,
): Promise<Failed | undefined> {
  const sql = (await readFile(file, "utf8")).replace(/^\ufeff/, "");
  try {
    await database.execute(sql, !isMarked(sql));
    return undefined;
  } catch (error) {
    const { message, position } = error as { message?: unknown; position?: unknown };
    const line = position === undefined ? {} : { line: sql.slice(0, Number(position)).split("\n").length };
    return { during, message: String(message), ...(isMarked(sql) ? {} : line) };
  }
}

function isMarked(sql: string): boolean {
  return [...lineComments(sql)].some(({ text }) => readDirective(text)?.kind === "no-transaction");
}

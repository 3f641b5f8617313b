import type { MigrationView } from "../../workflow/results.js";
import type { Finding } from "../../workflow/review/finding.js";
import { findingLead, migrationMark } from "../migrations.js";
import type { Style } from "../style.js";
import { duration, plural, time } from "../text.js";
import { block, code, details, type Markdown, table, text } from "./markdown.js";

/** Of more the server shows nobody anything. */
const mostRows = 200;
/** Characters. A summary that is too long is not shown at all. */
const mostSql = 100_000;

/** The migrations as a table, what destroys data in bold. */
export function migrationRows(migrations: readonly MigrationView[], style: Style): Markdown[] {
  const shown = migrations.slice(0, mostRows);
  const rows = shown.map((migration) => [
    migrationMark(migration, style),
    code(migration.revision) + described(migration),
    migration.status.replaceAll("_", " "),
    migration.appliedAt === undefined ? "" : text(time(migration.appliedAt)),
    migration.durationMs === undefined ? "" : duration(migration.durationMs),
    review(migration),
  ]);
  const hidden = migrations.length - shown.length;
  return [
    ...table(["", "Migration", "State", "Applied", "Took", "Review"], rows),
    ...(hidden === 0 ? [] : ["", `… and ${plural(hidden, "more migration")}`]),
  ];
}

function described({ description }: MigrationView): Markdown {
  return description === undefined || description === "" ? "" : `<br>${text(description.slice(0, 200))}`;
}

function review({ destructive = [], locks = [], notes = [] }: MigrationView): Markdown {
  const words = [
    ...destructive.map((one) => `<b>${findingText(one)}</b>`),
    ...locks.slice(0, 5).map(findingText),
    ...(locks.length > 5 ? [`locks: ${locks.length - 5} more`] : []),
    ...notes.map(findingText),
  ];
  return words.join("<br>");
}

function findingText(finding: Finding): Markdown {
  const where = finding.line === undefined ? "" : ` (line ${finding.line})`;
  return `${text(`${findingLead(finding)}${finding.message.slice(0, 300)}${where}`)} ${code(finding.rule)}`;
}

/** SQL of what is planned, folded away. */
export function sqlDetails(migrations: readonly MigrationView[]): Markdown[] {
  const told = migrations.filter(({ sql }) => sql !== undefined && sql.trim() !== "");
  if (told.length === 0) return [];
  let left = mostSql;
  const body = told.flatMap(({ revision, sql = "", unchecked }) => {
    const shown = sql.slice(0, left);
    left -= shown.length;
    return [
      "",
      code(revision),
      "",
      ...(shown === "" ? [] : block(shown, "sql")),
      ...(shown.length < sql.length ? ["", "… left out here: too long for a summary"] : []),
      ...(unchecked === true ? ["", "… cut by the function: the rest was not checked"] : []),
    ];
  });
  return ["", ...details("SQL", body.slice(1))];
}

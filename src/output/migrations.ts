import type { MigrationView } from "../workflow/results.js";
import type { Finding } from "../workflow/review/finding.js";
import type { Style } from "./style.js";
import { duration, oneLine, plural, table, time, wrap } from "./text.js";
import { columnsOf } from "./width.js";

/** How many applied migrations are shown above the pending ones before the older are counted instead. */
const shownApplied = 5;

/** The migrations as an aligned table, what destroys data on lines of its own below the migration. */
export function migrationTable(migrations: MigrationView[], style: Style): string[] {
  const applied = migrations.filter(({ status }) => status === "applied");
  const hidden =
    style.verbose || migrations.length <= 2 * shownApplied ? 0 : Math.max(0, applied.length - shownApplied);
  const hiddenOnes = new Set(applied.slice(0, hidden));
  const shown = migrations.filter((migration) => !hiddenOnes.has(migration));
  const lines = describe(table(shown.map((migration) => row(migration, style))), shown, style);
  return [
    ...(hidden > 0
      ? [style.dim(`  … ${plural(hidden, "earlier migration")} applied (--verbose lists them)`)]
      : []),
    ...shown.flatMap((migration, index) => [`  ${lines[index]}`, ...findings(migration, style)]),
  ];
}

function row(migration: MigrationView, style: Style): string[] {
  const { revision, status, appliedAt, durationMs } = migration;
  return [
    `${migrationMark(migration, style)} ${oneLine(revision)}`,
    words[status],
    style.dim(appliedAt === undefined ? "" : time(appliedAt)),
    style.dim(durationMs === undefined ? "" : duration(durationMs)),
  ];
}

/** Narrower than this, words say nothing. */
const leastRoom = 16;

/** What a migration is about, behind its line and no further than the screen: of an Alembic revision the id tells nobody anything. */
function describe(lines: string[], migrations: MigrationView[], style: Style): string[] {
  const column = Math.max(0, ...lines.map(columnsOf)) + 2;
  const room = style.isTerminal ? style.columns - 2 - column : Number.POSITIVE_INFINITY;
  if (room < leastRoom) return lines;
  return lines.map((line, index) => {
    const description = oneLine(migrations[index]?.description ?? "");
    if (description === "") return line;
    return line + " ".repeat(column - columnsOf(line)) + style.dim(cut(description, room));
  });
}

function cut(text: string, room: number): string {
  if (columnsOf(text) <= room) return text;
  let kept = "";
  let taken = 1;
  for (const letter of text) {
    taken += columnsOf(letter);
    if (taken > room) break;
    kept += letter;
  }
  return `${kept.trimEnd()}…`;
}

const words: Record<MigrationView["status"], string> = {
  applied: "applied",
  pending: "pending",
  failed: "failed",
  skipped: "skipped",
  not_executed: "not executed",
  recorded: "recorded",
  removed: "removed",
};

export function migrationMark({ status, destructive }: MigrationView, style: Style): string {
  if (status === "applied" || status === "recorded") return style.good("✓");
  if (status === "failed") return style.bad("✗");
  if (destructive !== undefined) return style.caution("!");
  return style.dim(status === "pending" ? "○" : "-");
}

/** How many locks are shown below one migration before the others are counted instead. What destroys data is never counted only. */
const shownLocks = 5;

function findings({ destructive = [], locks = [], notes = [], silenced = [] }: MigrationView, style: Style) {
  const shown = style.verbose || locks.length <= shownLocks ? locks : locks.slice(0, shownLocks - 1);
  const hidden = locks.length - shown.length;
  return [
    ...destructive.flatMap((one) => findingLines(one, style.caution, style)),
    ...shown.flatMap((one) => findingLines(one, String, style)),
    ...(hidden > 0 ? [style.dim(`      … locks: ${hidden} more (--verbose shows all)`)] : []),
    ...notes.flatMap((one) => findingLines(one, String, style)),
    ...(style.verbose && silenced.length > 0
      ? [style.dim(`      silenced: ${silenced.map(oneLine).join(", ")}`)]
      : []),
  ];
}

/** `! destroys data: drops column a.b (line 2) [drop-column]`, later lines under the first one's words. */
function findingLines(finding: Finding, paint: (text: string) => string, style: Style): string[] {
  const { rule, message, line } = finding;
  const where = line === undefined ? "" : ` (line ${line})`;
  const name = `[${rule}]`;
  const text = wrap(`${findingLead(finding)}${oneLine(message)}${where} ${name}`, style.columns - 8);
  return text.split("\n").map((part, index) => {
    const words = part.endsWith(name) ? part.slice(0, -name.length) : part;
    return `      ${paint(`${index === 0 ? "!" : " "} ${words}`)}${words === part ? "" : style.dim(name)}`;
  });
}

/** Some messages say themselves what they are. */
export function findingLead({ rule, severity }: Finding): string {
  if (severity === "lock") return "locks: ";
  if (severity === "note") return "comment: ";
  return rule === "unchecked" || rule === "not-null-without-default" ? "" : "destroys data: ";
}

/** SQL of the planned migrations, as a dry-run shows it. */
export function migrationSql(migrations: MigrationView[], style: Style): string[] {
  return migrations.flatMap(({ revision, sql, unchecked, destructive = [] }) => {
    const marked = new Set(destructive.map(({ line }) => line));
    const lines = (sql ?? "").replace(/\s+$/, "").split(/\r?\n/);
    const most = style.verbose ? lines.length : 40;
    return [
      "",
      `  ${style.strong(oneLine(revision))}`,
      ...(sql === undefined ? [style.dim("    (its SQL was not shown)")] : []),
      ...(sql !== undefined && sql.trim() === "" ? [style.dim("    (no SQL)")] : []),
      ...(sql === undefined || sql.trim() === "" ? [] : lines.slice(0, most)).map((line, index) =>
        sqlLine(line, marked.has(index + 1), style),
      ),
      ...(lines.length > most
        ? [style.dim(`    … ${plural(lines.length - most, "more line")} (--verbose shows all)`)]
        : []),
      ...(unchecked === true && sql !== undefined
        ? [style.caution("    … cut by the function: the rest was not checked")]
        : []),
    ];
  });
}

/** On a screen a long line goes on further in, so that it does not look like a statement of its own. */
function sqlLine(line: string, isMarked: boolean, style: Style): string {
  const text = oneLine(line);
  const lead = text.length - text.trimStart().length;
  const by = `\n${" ".repeat(Math.min(lead, 20) + 8)}`;
  const shown = style.isTerminal
    ? wrap(text, Math.max(20, style.columns - 8 - Math.min(lead, 20))).replaceAll("\n", by)
    : text;
  return isMarked ? `  ${style.caution(`! ${shown}`)}` : `    ${style.dim(shown)}`;
}

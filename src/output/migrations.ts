import type { MigrationView } from "../workflow/results.js";
import type { Style } from "./style.js";
import { duration, oneLine, plural, table, time } from "./text.js";

/** How many applied migrations are shown above the pending ones before the older are counted instead. */
const shownApplied = 5;

/** The migrations as an aligned table, what destroys data on lines of its own below the migration. */
export function migrationTable(migrations: MigrationView[], style: Style): string[] {
  const applied = migrations.filter(({ status }) => status === "applied");
  const hidden =
    style.verbose || migrations.length <= 2 * shownApplied ? 0 : Math.max(0, applied.length - shownApplied);
  const hiddenOnes = new Set(applied.slice(0, hidden));
  const shown = migrations.filter((migration) => !hiddenOnes.has(migration));
  const lines = table(shown.map((migration) => row(migration, style)));
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
    `${mark(migration, style)} ${oneLine(revision)}`,
    words[status],
    style.dim(appliedAt === undefined ? "" : time(appliedAt)),
    style.dim(durationMs === undefined ? "" : duration(durationMs)),
  ];
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

function mark({ status, destructive }: MigrationView, style: Style): string {
  if (status === "applied" || status === "recorded") return style.good("✓");
  if (status === "failed") return style.bad("✗");
  if (destructive !== undefined) return style.caution("!");
  return style.dim(status === "pending" ? "○" : "-");
}

function findings({ destructive = [] }: MigrationView, style: Style): string[] {
  return destructive.map(({ rule, message, line }) => {
    const where = line === undefined ? "" : ` (line ${line})`;
    const text = rule === "unchecked" ? oneLine(message) : `destroys data: ${oneLine(message)}`;
    return `      ${style.caution(`${text}${where}`)}`;
  });
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
      ...(sql === undefined ? [] : lines.slice(0, most)).map((line, index) =>
        marked.has(index + 1)
          ? `  ${style.caution(`! ${oneLine(line)}`)}`
          : `    ${style.dim(oneLine(line))}`,
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

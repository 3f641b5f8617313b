import type { LintFinding, LintLevel } from "../contract/lint-rules.js";
import type { LintedProject, LintResult } from "../workflow/results/lint.js";
import type { Style } from "./style.js";
import { blankAfter, oneLine, plural, wrap } from "./text.js";

export function lintText(result: LintResult, style: Style): string[] {
  const shown = result.findings.filter(
    ({ level }) => level !== "note" || style.verbose || result.findings.length <= 20,
  );
  return [
    ...result.projects.flatMap((project) => wrap(lookedAt(project), style.columns).split("\n")),
    "",
    ...blankAfter(findingsByFile(shown, style)),
    ...lintVerdict(result, style),
  ];
}

/** Findings below the files that they are of. */
export function findingsByFile(findings: LintFinding[], style: Style): string[] {
  return byFile(findings).flatMap(([file, own], index) => [
    ...(index === 0 ? [] : [""]),
    ...fileLines(file, own, style),
  ]);
}

/** `migrations: 2 new against origin/main, of 14` */
export function lookedAt({ engine, migrations, looked, base, revisions, total }: LintedProject): string {
  const count = revisions.length;
  const which = {
    new: `${count === 0 ? "none new" : `${count} new`} against ${oneLine(base ?? "")}`,
    named: `${count} named`,
    since: `${count} since the one named`,
    all: total === 0 ? "none yet" : total === 1 ? "its one migration" : `all ${total} looked at`,
  }[looked];
  return `${names[engine]} in ${oneLine(migrations)}: ${which}${looked === "all" ? "" : `, of ${total}`}`;
}

const names = { alembic: "Alembic", prisma: "Prisma", sql: "SQL" };

/** Findings of one file stand together, in the order in which files first come. */
function byFile(findings: LintFinding[]): [string, LintFinding[]][] {
  const files = new Map<string, LintFinding[]>();
  for (const finding of findings) files.set(finding.file, [...(files.get(finding.file) ?? []), finding]);
  return [...files];
}

function fileLines(file: string, findings: LintFinding[], style: Style): string[] {
  return [`  ${style.strong(oneLine(file))}`, ...findings.flatMap((finding) => findingLines(finding, style))];
}

function findingLines({ rule, level, message, fix, line }: LintFinding, style: Style): string[] {
  const { mark, paint } = lintMark(level, style);
  const place = line === undefined ? "" : `line ${line}: `;
  const name = `[${rule}]`;
  const text = wrap(`${place}${oneLine(message)} ${name}`, style.columns - 6);
  return [
    ...text.split("\n").map((part, index) => {
      const words = part.endsWith(name) ? part.slice(0, -name.length) : part;
      return `    ${index === 0 ? paint(mark) : " "} ${words}${words === part ? "" : style.dim(name)}`;
    }),
    ...(fix === undefined
      ? []
      : wrap(oneLine(fix), style.columns - 6)
          .split("\n")
          .map((part) => style.dim(`      ${part}`))),
  ];
}

export function lintMark(level: LintLevel, style: Style) {
  if (level === "error") return { mark: "✗", paint: style.bad };
  return level === "warning" ? { mark: "!", paint: style.caution } : { mark: "○", paint: style.dim };
}

/** The verdict, and below it what comes next. */
export function lintVerdict(
  { findings, projects, silenced, strict, roundTrip }: LintResult,
  style: Style,
): string[] {
  const count = (level: LintLevel) => findings.filter((finding) => finding.level === level).length;
  const [errors, warnings, notes] = [count("error"), count("warning"), count("note")];
  const looked = projects.reduce((sum, { revisions }) => sum + revisions.length, 0);
  const parts = [
    ...(errors > 0 ? [plural(errors, "error")] : []),
    ...(warnings > 0 ? [plural(warnings, "warning")] : []),
    ...(notes > 0 ? [plural(notes, "note")] : []),
  ];
  const quiet = silenced === 0 ? "" : `; ${silenced} silenced`;
  const said = parts.length === 0 ? "nothing to say" : parts.join(", ");
  const where =
    looked === 0 && projects.some((project) => project.looked === "new")
      ? "No new migration"
      : plural(looked, "migration");
  const text = `${where}: ${said}${quiet}${tripsSaid(projects, looked)}${strict && errors === 0 && warnings > 0 ? " (--strict)" : ""}`;
  const isBad = errors > 0 || (strict && warnings > 0);
  const line = isBad
    ? style.bad(`✗ ${text}`)
    : warnings > 0
      ? `${style.caution("!")} ${text}`
      : style.good(`✓ ${text}`);
  return [line, ...next(projects, isBad, roundTrip)];
}

/** Nothing where no trip was made. */
function tripsSaid(projects: LintedProject[], looked: number): string {
  const tried = projects.flatMap(({ roundTrips }) => (roundTrips === undefined ? [] : [roundTrips.length]));
  const whole = tried.reduce((sum, count) => sum + count, 0);
  if (tried.length === 0 || looked === 0) return "";
  const which = whole === looked ? "" : `${whole} of ${looked} `;
  return `; ${which}up, down and up again to the same schema`;
}

function next(projects: LintedProject[], isBad: boolean, roundTrip: boolean): string[] {
  const looked = projects.flatMap(({ revisions }) => revisions);
  const total = projects.reduce((sum, project) => sum + project.total, 0);
  if (looked.length === 0)
    return total === 0 ? [] : ["", "  Review all of them:", "    migrate-remote lint --all"];
  // Those of these that can go down: nothing else is to be refused.
  const reversible = projects.flatMap((project) => project.reversible);
  if (isBad || roundTrip || reversible.length === 0) return [];
  const again = sameAgain(projects, reversible);
  if (again === undefined) return [];
  const them = looked.length === 1 ? "it" : reversible.length < looked.length ? "what can go down" : "them";
  return ["", `  Try ${them} up, down and up again:`, `    migrate-remote lint --round-trip${again}`];
}

/** What looks at the same migrations once more; undefined where that would be long, or more than a word. */
function sameAgain(projects: LintedProject[], reversible: string[]): string | undefined {
  const looked = projects[0]?.looked;
  if (looked === "new") return "";
  if (looked === "all") return " --all";
  const areWords = reversible.every((revision) => /^\w[\w.-]*$/.test(revision));
  return areWords && reversible.length <= 3
    ? reversible.map((revision) => ` ${revision}`).join("")
    : undefined;
}

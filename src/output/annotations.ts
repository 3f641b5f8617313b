import type { MigrationView } from "../workflow/results.js";
import type { Ending } from "./ending.js";
import { type Annotation, annotation } from "./github.js";
import { findingAnnotations } from "./lint-annotations.js";
import { findingLead } from "./migrations.js";
import { errorOf } from "./summary/summary.js";

/** GitHub shows ten of each level for a step; those that come first. */
const mostOfALevel = 10;

/** As workflow commands: what somebody who does not open the job's log shall see: the error, what destroys data, what was warned of. */
export function annotationLines(ending: Ending): string[] {
  return annotationsOf(ending).map(annotation);
}

function annotationsOf(ending: Ending): Annotation[] {
  const all = [...errors(ending), ...findings(ending), ...destructive(ending), ...warnings(ending)];
  const seen = { error: 0, warning: 0, notice: 0 };
  return all.filter(({ level }) => {
    seen[level] += 1;
    return seen[level] <= mostOfALevel;
  });
}

function errors(ending: Ending): Annotation[] {
  const { exitCode, result } = ending;
  const error = ending.error ?? errorOf(result);
  if (error !== undefined) {
    const message = error.hint === undefined ? error.message : `${error.message}\n${error.hint}`;
    return [{ level: "error", title: title(ending, error.code), message }];
  }
  if (result?.command !== "status" || !("stages" in result)) return [];
  return result.stages.flatMap(({ stage, error: failure }) =>
    failure === undefined
      ? []
      : [
          {
            level: exitCode === 0 ? ("warning" as const) : ("error" as const),
            title: `migrate-remote status ${stage}: ${failure.code}`,
            message: failure.message,
          },
        ],
  );
}

/** What a command that looks for something found. */
function findings({ result, stage }: Ending): Annotation[] {
  if (result?.command === "lint" || result?.command === "create") return findingAnnotations(result);
  if (result?.command !== "doctor") return [];
  return result.checks.flatMap(({ level, code, message, fix }): Annotation[] =>
    level === "failed" || level === "warning"
      ? [
          {
            level: level === "failed" ? "error" : "warning",
            title: title({ command: "doctor", stage }, code),
            message: fix === undefined ? message : `${message}\n${fix}`,
          },
        ]
      : [],
  );
}

/** In the plan, and where none was shown in what is pending: in what was applied before nothing is looked for. */
function destructive(ending: Ending): Annotation[] {
  return toCome(ending).flatMap(({ revision, destructive: found = [] }) =>
    found.map((finding): Annotation => {
      const where = finding.line === undefined ? "" : ` (line ${finding.line})`;
      return {
        level: "warning",
        title: title(ending, finding.rule),
        message: `${revision}: ${findingLead(finding)}${finding.message}${where}`,
      };
    }),
  );
}

function toCome({ plan, result }: Ending): MigrationView[] {
  if (plan !== undefined) return plan;
  if (result?.command !== "run" && result?.command !== "status") return [];
  return "migrations" in result ? result.migrations : [];
}

function warnings(ending: Ending): Annotation[] {
  return ending.warnings.map(({ code, message }) => ({
    level: "warning",
    title: title(ending, code),
    message,
  }));
}

function title({ command, stage }: Pick<Ending, "command" | "stage">, what: string): string {
  return `${["migrate-remote", command, stage].filter((word) => word !== undefined).join(" ")}: ${what}`;
}

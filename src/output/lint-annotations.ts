import type { LintFinding } from "../contract/lint-rules.js";
import type { Annotation } from "./github.js";

const levels = { error: "error", warning: "warning", note: "notice" } as const;

/** What `lint` found, the grave first: of a level only the first are shown. Files as the repository has them. */
export function findingAnnotations({
  findings,
  folder,
  strict = false,
}: {
  findings: LintFinding[];
  folder: string;
  strict?: boolean;
}): Annotation[] {
  return findings.map(
    ({ rule, level, message, fix, file, line }): Annotation => ({
      level: strict && level === "warning" ? "error" : levels[level],
      file: below(folder, file),
      ...(line === undefined ? {} : { line }),
      title: rule,
      message: fix === undefined ? message : `${message}\n${fix}`,
    }),
  );
}

/** GitHub takes paths from the repository's top, and no `..`. */
function below(folder: string, file: string): string {
  const parts: string[] = [];
  for (const part of `${folder}/${file}`.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "" && part !== ".") parts.push(part);
  }
  return parts.join("/");
}

import { readFile } from "node:fs/promises";
import { type LintFinding, lintFinding } from "../../contract/lint-rules.js";
import type { SchemaFacts } from "../facts.js";
import type { SourceRevision } from "../project.js";
import { type PythonSource, readPython } from "../python/tokens.js";
import { reviewDowngrade } from "./downgrade.js";
import { factsOf } from "./facts.js";
import { functionNamed, natureOf } from "./functions.js";
import { reviewNames } from "./names.js";
import { type Operation, operationsOf } from "./operations.js";

/** What a revision's own file tells, without running it. */
export interface RevisionReview {
  findings: LintFinding[];
  facts: SchemaFacts;
  upgrade: Operation[];
  /** Nothing is done in it. */
  isIdle: boolean;
  /** Where `def upgrade` stands. */
  line: number;
  source: PythonSource;
}

/** Undefined where the file cannot be read; whoever read the revisions has told that. */
export async function reviewRevision({
  file,
  revision,
  downRevisions,
}: SourceRevision): Promise<RevisionReview | undefined> {
  const text = await readFile(file, "utf8");
  const source = readPython(text);
  if ("message" in source) return undefined;
  const upgrade = functionNamed(source.lines, "upgrade");
  const downgrade = functionNamed(source.lines, "downgrade");
  const up = upgrade === undefined ? [] : operationsOf(upgrade);
  const down = downgrade === undefined ? [] : operationsOf(downgrade);
  const place = { file, revision };
  const isIdle = upgrade === undefined || natureOf(upgrade) === "nothing";
  // A merge does nothing, by its nature.
  const isEmpty = isIdle && downRevisions.length < 2;
  const message = "upgrade() does nothing: autogenerate found no difference, or a step was forgotten";
  const findings = [
    ...(isEmpty ? [lintFinding("empty-migration", { ...place, line: upgrade?.line ?? 1 }, message)] : []),
    ...reviewDowngrade(upgrade, downgrade, place),
    ...reviewNames(up, down, place),
  ];
  return { findings, facts: factsOf(up), upgrade: up, isIdle, line: upgrade?.line ?? 1, source };
}

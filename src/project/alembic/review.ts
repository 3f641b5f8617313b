import { readFile } from "node:fs/promises";
import type { LintFinding } from "../../contract/lint-rules.js";
import type { SchemaFacts } from "../facts.js";
import type { SourceRevision } from "../project.js";
import { type PythonSource, readPython } from "../python/tokens.js";
import { reviewDowngrade } from "./downgrade.js";
import { factsOf } from "./facts.js";
import { functionNamed } from "./functions.js";
import { reviewNames } from "./names.js";
import { type Operation, operationsOf } from "./operations.js";

/** What a revision's own file tells, without running it. */
export interface RevisionReview {
  findings: LintFinding[];
  facts: SchemaFacts;
  upgrade: Operation[];
  /** Where `def upgrade` stands. */
  line: number;
  source: PythonSource;
}

/** Undefined where the file cannot be read; whoever read the revisions has told that. */
export async function reviewRevision({
  file,
  revision,
}: SourceRevision): Promise<RevisionReview | undefined> {
  const text = await readFile(file, "utf8");
  const source = readPython(text);
  if ("message" in source) return undefined;
  const upgrade = functionNamed(source.lines, "upgrade");
  const downgrade = functionNamed(source.lines, "downgrade");
  const up = upgrade === undefined ? [] : operationsOf(upgrade);
  const down = downgrade === undefined ? [] : operationsOf(downgrade);
  const place = { file, revision };
  const findings = [...reviewDowngrade(upgrade, downgrade, place), ...reviewNames(up, down, place)];
  return { findings, facts: factsOf(up), upgrade: up, line: upgrade?.line ?? 1, source };
}

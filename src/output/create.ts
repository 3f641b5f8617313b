import type { CreateResult } from "../workflow/results/create.js";
import { findingsByFile } from "./lint.js";
import type { Style } from "./style.js";
import { blankAfter, oneLine, plural } from "./text.js";

export function createText(result: CreateResult, style: Style): string[] {
  const { outcome, files, findings } = result;
  if (outcome === "nothing_to_do") return [`${style.dim("○")} Nothing to do: the tool made no migration.`];
  const grave = findings.filter(({ level }) => level !== "note").length;
  const review = grave === 0 ? "lint has nothing to say" : `lint has ${plural(grave, "thing")} to say`;
  return [
    ...blankAfter(findingsByFile(findings, style)),
    `${style.good("✓")} Made ${files.map((file) => style.strong(oneLine(file))).join(", ")}; ${review}`,
    "",
    ...nextSteps(result),
  ];
}

function nextSteps({ engine, localStage }: CreateResult): string[] {
  return [
    engine === "sql" ? "  Write its SQL, then look at it:" : "  Read it, then try it up, down and up again:",
    engine === "alembic" ? "    migrate-remote lint --round-trip" : "    migrate-remote lint",
    ...(localStage === undefined
      ? []
      : ["  Apply it on this machine:", `    migrate-remote run --stage ${localStage}`]),
  ];
}

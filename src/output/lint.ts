import type { LintResult } from "../workflow/results/lint.js";
import type { Style } from "./style.js";

export function lintText(_result: LintResult, _style: Style): string[] {
  return [];
}

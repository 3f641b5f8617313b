import type { CompletionResult } from "../workflow/results/completion.js";
import type { Style } from "./style.js";

export function completionText(_result: CompletionResult, _style: Style): string[] {
  return [];
}

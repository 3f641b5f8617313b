import type { CompletionResult } from "../workflow/results/completion.js";

/** The script and nothing else: it is written to a file. */
export function completionText({ script }: CompletionResult): string[] {
  return [script.trimEnd()];
}

export interface CompletionResult {
  command: "completion";
}

/** `completion SHELL`. */
export interface CompletionResult {
  command: "completion";
  shell: "bash" | "zsh" | "fish";
  /** For the shell to read. */
  script: string;
}

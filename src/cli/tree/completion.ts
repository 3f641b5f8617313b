import type { AddCommand } from "../help.js";

export function addCompletionCommand(add: AddCommand): void {
  add("completion", "print the completion script of a shell: bash, zsh or fish", [
    "migrate-remote completion bash",
  ]).argument("<shell>", "bash, zsh or fish");
}

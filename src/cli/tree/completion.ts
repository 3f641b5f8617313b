import { Argument } from "commander";
import type { AddCommand } from "../help.js";

export function addCompletionCommand(add: AddCommand): void {
  add("completion", "print the completion script of a shell, to be written to a file that it reads", [
    "migrate-remote completion bash > ~/.local/share/bash-completion/completions/migrate-remote",
    "migrate-remote completion bash >> ~/.bash_completion          # without bash-completion: ~/.bashrc",
    'migrate-remote completion zsh > "$fpath[1]/_migrate-remote"',
    "migrate-remote completion fish > ~/.config/fish/completions/migrate-remote.fish",
  ]).addArgument(new Argument("<shell>", "whose").choices(["bash", "zsh", "fish"]));
}

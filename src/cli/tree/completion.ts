import { Argument } from "commander";
import type { AddCommand } from "../help.js";

export function addCompletionCommand(add: AddCommand): void {
  add("completion", "print the completion script of a shell, to be written to a file that it reads", [
    "migrate-remote completion bash >> ~/.bash_completion   # or into ~/.bashrc",
    'migrate-remote completion zsh > "$fpath[1]/_migrate-remote"   # or into ~/.zshrc, behind compinit',
    "migrate-remote completion fish >> ~/.config/fish/config.fish",
  ]).addArgument(new Argument("<shell>", "whose").choices(["bash", "zsh", "fish"]));
}

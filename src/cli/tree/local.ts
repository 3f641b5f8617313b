import type { AddCommand } from "../help.js";

export function addLocalCommand(add: AddCommand): void {
  add(
    "local",
    "hold the stages of this machine open for other programs, until Ctrl-C (exit code 0); all of them, or --stage",
    [
      "migrate-remote local",
      "migrate-remote local --stage local --json   # one line once it is open, then it stays",
    ],
  );
}

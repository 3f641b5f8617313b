import type { AddCommand } from "../help.js";

export function addLintCommand(add: AddCommand): void {
  add("lint", "review the repository's migrations", ["migrate-remote lint"]);
}

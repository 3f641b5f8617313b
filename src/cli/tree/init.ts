import type { AddCommand } from "../help.js";

export function addInitCommand(add: AddCommand): void {
  add("init", "set up this repository: propose a .migraterc.json, and more on request", [
    "migrate-remote init",
    "migrate-remote init --yes",
  ]);
}

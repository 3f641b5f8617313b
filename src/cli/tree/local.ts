import type { AddCommand } from "../help.js";

export function addLocalCommand(add: AddCommand): void {
  add("local", "hold the local stages' PostgreSQL and endpoint open for other programs", [
    "migrate-remote local --stage local",
  ]);
}

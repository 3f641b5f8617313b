import type { AddCommand } from "../help.js";

export function addCreateCommand(add: AddCommand): void {
  add("create", "make a migration with the project's own tool, then review it", [
    'migrate-remote create "add invoices"',
  ]).argument("<message>", "what the migration does");
}

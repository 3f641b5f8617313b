import { Option } from "commander";
import type { AddCommand } from "../help.js";

export function addCreateCommand(add: AddCommand): void {
  add(
    "create",
    "make a migration with the project's own tool, then review it",
    ['migrate-remote create "add invoices"', 'migrate-remote create "add invoices" --local'],
    (command) =>
      command
        .addOption(
          new Option("--engine <name>", "of several sets of migrations, the one of this engine").choices([
            "alembic",
            "prisma",
            "sql",
          ]),
        )
        .option(
          "--local",
          "compare with a scratch database that has all migrations, not with the project's own",
        ),
  ).argument("<message>", "what the migration does");
}

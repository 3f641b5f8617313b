import { Option } from "commander";
import type { AddCommand } from "../help.js";

export function addLintCommand(add: AddCommand): void {
  add(
    "lint",
    "review the repository's migrations: those that the main branch does not have, or all",
    [
      "migrate-remote lint",
      "migrate-remote lint --all --strict",
      "migrate-remote lint --round-trip",
      "migrate-remote lint --base origin/develop",
    ],
    (command) =>
      command
        .addOption(
          new Option("--engine <name>", "of several sets of migrations, those of one engine").choices([
            "alembic",
            "prisma",
            "sql",
          ]),
        )
        .option("--all", "look at every migration, not only at new ones")
        .option("--since <rev>", "look at those that come after this one")
        .option(
          "--base <ref>",
          "what new is against: a branch, tag or commit (default: the remote's main branch)",
        )
        .option("--strict", "end with 1 for a warning too")
        .option(
          "--round-trip",
          "try each: up, down and up again in a scratch database, comparing the schema",
        ),
  ).argument("[rev...]", "look at these only; the first characters will do");
}

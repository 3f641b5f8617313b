import type { Command } from "commander";
import { suggestion } from "../../contract/near-miss.js";
import { type AddCommand, examples } from "../help.js";

/** `snapshot` and what belongs to it. */
export function addSnapshotCommands(program: Command, add: AddCommand): void {
  program
    .command("snapshot")
    .description("RDS snapshots of a stage's database: make, wait for, list, delete, restore")
    .usage("[create|list|wait|prune|restore] [options]")
    .helpCommand(false)
    .addHelpText(
      "after",
      examples([
        "migrate-remote snapshot --stage prod             # makes one and waits until it is available",
        "migrate-remote snapshot list --stage prod",
        "migrate-remote snapshot prune --stage prod --keep 5 --confirm",
        "migrate-remote snapshot restore ID --stage prod  # into a new database, never over one",
      ]),
    );

  const create = add(
    "snapshot create",
    "make a snapshot and wait until it is available (also bare `snapshot`)",
    [
      "migrate-remote snapshot --stage prod",
      "migrate-remote snapshot create --stage prod --keep 90d --timeout 8h",
    ],
    (command) =>
      command
        .option("--timeout <time>", "how long to wait for it, such as 90m (default: 4h)")
        .option(
          "--keep <time>",
          "`snapshot prune` leaves it alone so long (default: the stage's keepSnapshots)",
        ),
    { isDefault: true },
  );

  // It is what `snapshot` does by itself, so a mistyped name of another one arrives here.
  create.allowExcessArguments().hook("preAction", ({ args: [word] }) => {
    const names = create.parent?.commands.map((command) => command.name()) ?? [];
    if (word !== undefined)
      create.error(
        `snapshot has no command '${word}'${suggestion(word, names) || `: it has ${names.join(", ")}`}`,
      );
  });

  add("snapshot list", "the stage's snapshots that migrate-remote made, newest first", [
    "migrate-remote snapshot list --stage prod",
    "migrate-remote snapshot list --stage prod --json",
  ]);

  add(
    "snapshot wait",
    "wait until a snapshot that was begun is available",
    ["migrate-remote snapshot wait SNAPSHOT-ID --stage prod"],
    (command) => command.option("--timeout <time>", "how long to wait for it, such as 90m (default: 4h)"),
  ).argument("<snapshot-id>", "the snapshot, as `snapshot list` prints it");

  add(
    "snapshot prune",
    "delete old snapshots that migrate-remote made; without --confirm only show which",
    [
      "migrate-remote snapshot prune --stage prod                        # those past their keep-until",
      "migrate-remote snapshot prune --stage prod --keep 5               # all but the newest five",
      "migrate-remote snapshot prune --stage prod --older-than 30d --confirm",
    ],
    (command) =>
      command
        .option("--keep <n>", "keep the newest n; with --older-than both must hold")
        .option("--older-than <time>", "delete what is older, such as 30d")
        .option("--confirm [phrase]", "delete them; on a protected stage a phrase must be the stage's"),
  );

  add(
    "snapshot restore",
    "make a new database from a snapshot, or as it was at a moment",
    [
      "migrate-remote snapshot restore SNAPSHOT-ID --stage prod --as shop-prod-look",
      "migrate-remote snapshot restore --to-time 2026-11-20T10:45:12Z --stage prod",
    ],
    (command) =>
      command
        .option("--to-time <time>", "instead of a snapshot: a moment of point-in-time recovery (UTC)")
        .option("--as <identifier>", "the new database's identifier (default: the old one's, and the time)")
        .option("--timeout <time>", "how long to wait for it, such as 90m (default: 4h)"),
  ).argument("[snapshot-id]", "the snapshot, as `snapshot list` prints it");
}

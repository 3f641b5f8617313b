import { Option } from "commander";
import type { AddCommand } from "../help.js";

export function addInitCommand(add: AddCommand): void {
  add(
    "init",
    "set up this repository: propose a .migraterc.json, and more on request",
    [
      "migrate-remote init",
      "migrate-remote init --yes",
      "migrate-remote init --handler prisma",
      "migrate-remote init --github-actions",
      "migrate-remote init --iam --stage prod",
      "migrate-remote init --alarms terraform --stage prod > migration-alarms.tf",
    ],
    (command) =>
      command
        .option("--yes", "write what is proposed without asking")
        .option("--handler <engine>", "also write the far side's handler: alembic, prisma or sql")
        .option("--contract <name>", "what your Lambda takes, where the repository does not show it")
        .option("--function <name>", "what it is called, such as '{project}-migrate-{stage}'")
        .option("--github-actions", "write workflows that migrate after a deployment, and production by hand")
        .option(
          "--iam",
          "print policies for who migrates, who looks, and the function; --stage picks one stage",
        )
        .addOption(
          new Option("--alarms <format>", "print alarms on migrations, for").choices([
            "cloudformation",
            "terraform",
          ]),
        ),
  );
}

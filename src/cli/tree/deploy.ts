import { type AddCommand, confirmOption } from "../help.js";

export function addDeployCommand(add: AddCommand): void {
  add(
    "deploy",
    "pack the handler, update the function's code, and check that it has the repository's migrations",
    [
      "migrate-remote deploy --stage dev",
      "migrate-remote deploy --stage prod --dry-run      # what would go in, and whether it is new",
      "migrate-remote deploy --stage prod --confirm",
      "migrate-remote deploy --stage dev --out package.zip",
    ],
    (command) =>
      command
        .option("--dry-run", "build and pack, show what is in the package, and send nothing")
        .option("--out <file>", "build and pack, write the zip to a file, and send nothing")
        .option("--publish", "publish a version too (a stage that names an alias always does, and moves it)")
        .option("--no-build", "pack what is there; leave out the build command of the configuration")
        .addOption(confirmOption()),
  );
}

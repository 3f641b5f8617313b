import { execFileSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Whether a program that not every developer has is on PATH. CI sets MIGRATE_REMOTE_TEST_TOOLS=required: there a missing one is an
 * error, never a skipped test.
 */
export function hasTool(name: string): boolean {
  const found = (process.env.PATH ?? "").split(delimiter).some((folder) => isExecutable(join(folder, name)));
  const works = found && answers(name);
  if (!works && process.env.MIGRATE_REMOTE_TEST_TOOLS === "required")
    throw new Error(`${name} is not installed here`);
  return works;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A version manager's shim may stand there for a program that is not. */
function answers(name: string): boolean {
  try {
    execFileSync(name, [name === "aws" ? "--version" : "--help"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

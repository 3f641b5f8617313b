import { execFileSync } from "node:child_process";

/** What a Python project with migrations needs; a test that needs more says so. */
const usual = ["alembic", "flask_migrate", "psycopg2"];

/**
 * Whether the `python3` on PATH can import these modules. CI sets MIGRATE_REMOTE_TEST_TOOLS=required: there a missing one is an error,
 * never a skipped test.
 */
export function hasPython(...modules: string[]): boolean {
  const wanted = [...usual, ...modules];
  try {
    execFileSync("python3", ["-c", `import ${wanted.join(", ")}`], { stdio: ["ignore", "ignore", "pipe"] });
    return true;
  } catch (error) {
    if (process.env.MIGRATE_REMOTE_TEST_TOOLS !== "required") return false;
    const said = String((error as { stderr?: unknown }).stderr ?? error).trim();
    throw new Error(`python3 cannot import all of ${wanted.join(", ")}: ${said}`);
  }
}

// The main job on this machine: a real handler, a real PostgreSQL, nothing in AWS. `npm run demo` builds, then runs this.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const cli = fileURLToPath(new URL("../../bin/migrate-remote.js", import.meta.url));
const config = [".migraterc.example.json", "--stage", "local"];

// A demo begins with an empty database each time; what the last one left is removed.
rmSync(new URL("../../.migrate-remote/", import.meta.url), { recursive: true, force: true });

const commands = [["status"], ["run", "--dry-run"], ["run"], ["status"]];
for (const command of commands) {
  process.stdout.write(`\n$ migrate-remote ${command.join(" ")}\n\n`);
  const { status } = spawnSync(process.execPath, [cli, ...command, "--config", ...config], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) {
    process.stderr.write(`\nThe demo stopped: that command exited ${status}.\n`);
    process.exit(1);
  }
}
process.stdout.write("\nThe database stays in .migrate-remote/; look again with:\n");
process.stdout.write("  node bin/migrate-remote.js status --config .migraterc.example.json --stage local\n");

// What npm would publish, looked at by those who know what goes wrong with packages: npm run package
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = mkdtempSync(join(tmpdir(), "migrate-remote-package-"));
const run = (program, ...argv) => execFileSync(program, argv, { stdio: ["ignore", "inherit", "inherit"] });
try {
  run("npm", "pack", "--silent", "--pack-destination", folder);
  const [name = ""] = readdirSync(folder);
  const tarball = join(folder, name);
  run("npx", "publint", tarball, "--strict");
  // The far side is an ES module, and `require` of one works in every Node that this package takes.
  run("npx", "attw", tarball, "--profile", "esm-only", "--no-emoji", "--no-color");
} finally {
  rmSync(folder, { recursive: true });
}

import { execFileSync } from "node:child_process";

export default function buildOnce(): void {
  execFileSync(process.execPath, [".config/build.mjs"], { stdio: "inherit" });
}

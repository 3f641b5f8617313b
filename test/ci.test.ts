import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { lintWorkflow } from "./scaffold/actionlint.js";

const root = fileURLToPath(new URL("../", import.meta.url));

test("actionlint has nothing against our own workflow", async () => {
  const path = `${root}.github/workflows/ci.yml`;
  expect(await lintWorkflow(path, readFileSync(path, "utf8"))).toEqual([]);
});

test.each([".ci/run", ".ci/packed"])("bash can read %s", (script) => {
  execFileSync("bash", ["-n", script], { cwd: root });
});

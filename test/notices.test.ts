import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { thirdPartyNotices } from "../.config/notices.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const page = "docs/THIRD-PARTY-NOTICES.md";

test("the notices are of what is bundled now; `npm run docs` writes them", async () => {
  const notices = await thirdPartyNotices();
  expect(readFileSync(join(root, page), "utf8")).toBe(notices);
  // What every command loads, what only a few do, and the far side.
  for (const name of ["commander", "zod", "@aws-sdk/client-rds", "pg"])
    expect(notices).toContain(`[${name}](`);
  // Not bundled.
  for (const name of ["vitest", "esbuild", "libpg-query"]) expect(notices).not.toContain(`[${name}](`);
});

test("the package has them", () => {
  expect(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).files).toContain(page);
});

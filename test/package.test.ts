import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import pg from "pg";
import { expect, test } from "vitest";
import { holdOpen } from "./support/project.js";
import { dist } from "./support/run-cli.js";

const root = fileURLToPath(new URL("../", import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** The packages that the built program imports. */
function imported(): Set<string> {
  const files = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((file) =>
    /\.c?js$/.test(file),
  );
  const names = files.flatMap((file) => {
    if (file.endsWith(".cjs")) return requiredIn(file);
    const text = readFileSync(join(dist, file), "utf8");
    const found = text.matchAll(
      /(?:^|[;}\s])(?:import|export)\s*(?:[\w*{}\s,$]+?\s*from\s*)?"([^"./][^"]*)"|\bimport\("([^"./][^"]*)"\)/g,
    );
    return [...found].map((match) => match[1] ?? match[2] ?? "");
  });
  const foreign = names.filter((name) => !/^(?:node:|\.)/.test(name) && !builtinModules.includes(name));
  return new Set(foreign.map((name) => /^(?:@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? name));
}

/** What a CommonJS file asks for by any name. */
function requiredIn(file: string): string[] {
  const text = readFileSync(join(dist, file), "utf8");
  return [...text.matchAll(/\b(?:require|import)\("([^"]+)"\)/g)].map((match) => match[1] ?? "");
}

test("the bundle needs nothing but Node and what is optional", () => {
  const peers = Object.keys(manifest.peerDependencies);
  expect(peers.filter((name) => manifest.peerDependenciesMeta[name]?.optional !== true)).toEqual([]);
  const optional = [...Object.keys(manifest.optionalDependencies), ...peers];
  // pg asks for the first two only where its user asked for them first, which we do not; the SDK names the third in a message.
  const neverLoaded = ["pg-native", "kerberos", "@aws-sdk/signature-v4-crt"];
  expect([...imported()].filter((name) => ![...optional, ...neverLoaded].includes(name))).toEqual([]);
  expect(imported()).toContain("libpg-query");
  expect(manifest.dependencies).toBeUndefined();
});

test("a version loads next to nothing, help the parser beside it", () => {
  const others = (file: string) =>
    [...new Set(requiredIn(file))]
      .filter((name) => !builtinModules.includes(name.replace("node:", "")))
      .sort();
  expect(others("main.cjs")).toEqual(["./complete.cjs", "./program.cjs", "./run-command.cjs"]);
  expect(readFileSync(join(dist, "main.cjs"), "utf8").length).toBeLessThan(10_000);
  expect(others("program.cjs")).toEqual([]);
  expect(readFileSync(join(dist, "program.cjs"), "utf8").length).toBeLessThan(75_000);
});

test("nothing in CommonJS imports: where we load what was compiled before, it could not", () => {
  const files = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".cjs"),
  );
  expect(files.length).toBeGreaterThan(20);
  expect(files.filter((file) => /\bimport\(/.test(readFileSync(join(dist, file), "utf8")))).toEqual([]);
});

test("npm run demo leaves its rows in schema_migrations of a real server", { timeout: 120_000 }, async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, "docs/example/demo.mjs")], {
    cwd: root,
  });
  expect(stdout).toContain("The database is empty; 4 migrations pending");
  expect(stdout).toContain("Applied 4 migrations to local");
  expect(stdout).toContain("Up to date at 004_drop_account_notes");
  const stage = await holdOpen(root, "local", ".migraterc.example.json");
  const client = new pg.Client({ connectionString: stage.databaseUrl });
  try {
    await client.connect();
    const { rows } = await client.query("SELECT version FROM schema_migrations ORDER BY version");
    expect(rows.map(({ version }) => version)).toEqual([
      "001_create_accounts",
      "002_create_invoices",
      "003_index_invoices",
      "004_drop_account_notes",
    ]);
  } finally {
    await client.end();
    await stage.close();
  }
});

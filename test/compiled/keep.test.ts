import { execFile } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const bin = fileURLToPath(new URL("../../bin/migrate-remote.js", import.meta.url));
const isRoot = process.getuid?.() === 0;

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "migrate-remote-compiled-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

interface End {
  code: number;
  stdout: string;
  stderr: string;
  /** For each file that we looked up, whether V8 refused what was kept of it; null where nothing was given to it. */
  rejected: (boolean | null)[];
  /** Those files. */
  files: string[];
}

const own = () => join(home, ".cache", "migrate-remote");
const folder = () => join(own(), readdirSync(own()).find((name) => name.startsWith("compiled-")) ?? "none");
const kept = () => readdirSync(folder()).map((name) => join(folder(), name));

function start(argv: string[], env: NodeJS.ProcessEnv = {}, atStart = ""): Promise<End> {
  const scripts = join(home, "scripts.cjs");
  const log = join(home, `log-${Math.random()}`);
  writeFileSync(log, "");
  writeFileSync(
    scripts,
    `const vm = require("node:vm");
    const { Script } = vm;
    vm.Script = class extends Script {
      constructor(...given) {
        super(...given);
        require("node:fs").appendFileSync(process.env.LOG, JSON.stringify([this.cachedDataRejected ?? null, given[1].filename]) + "\\n");
      }
    };
    ${atStart}`,
  );
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      ["--require", scripts, bin, ...argv],
      { cwd: home, env: { PATH: process.env.PATH, HOME: home, LOG: log, ...env } },
      (error, stdout, stderr) => {
        const lines = readFileSync(log, "utf8").trim().split("\n");
        const looked = lines.filter((line) => line !== "").map((line) => JSON.parse(line));
        const rejected = looked.map(([one]) => one);
        const files = looked.map(([, file]) => file);
        resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr, rejected, files });
      },
    );
  });
}

const script = ["completion", "bash"];

test("nothing is kept where the user does not want it", async () => {
  expect(await start(script, { NODE_DISABLE_COMPILE_CACHE: "1" })).toMatchObject({ code: 0, stderr: "" });
  expect(existsSync(join(home, ".cache"))).toBe(false);
});

test("what is compiled is kept, for the user alone, and V8 takes it the next time", async () => {
  const first = await start(script);
  expect(first.rejected.length).toBeGreaterThan(1);
  expect(first.rejected.every((one) => one === null)).toBe(true);
  expect(lstatSync(folder()).mode & 0o777).toBe(0o700);
  expect(kept().map((path) => lstatSync(path).mode & 0o777)).toEqual(first.rejected.map(() => 0o600));
  const second = await start(script);
  expect(second.rejected).toEqual(first.rejected.map(() => false));
  expect(second.stdout).toBe(first.stdout);
});

test.each([[["--help"]], [["complete", "--", "status", "--stage", ""]]])("that of %j too", async (argv) => {
  const first = await start(argv);
  expect((await start(argv)).rejected).toEqual(first.rejected.map(() => false));
});

test("a file is loaded once, whoever requires it", async () => {
  const stages = { dev: { endpoint: "http://127.0.0.1:1", region: "eu-west-1" } };
  const config = { project: "p", contract: "migrate-remote", stages };
  writeFileSync(join(home, ".migraterc.json"), JSON.stringify(config));
  const env = { AWS_ACCESS_KEY_ID: "a", AWS_SECRET_ACCESS_KEY: "b", AWS_MAX_ATTEMPTS: "1" };
  const { code, files } = await start(["status"], env);
  expect(code).not.toBe(0);
  expect(files.some((file) => file.includes("/chunks/"))).toBe(true);
  const paths = files.map((file) => resolve(file));
  expect(paths).toEqual([...new Set(paths)]);
});

test.each([
  ["the folder", () => folder()],
  ["the one above it", () => own()],
  ["the user's caches", () => join(home, ".cache")],
])("where others may write to %s, nothing in it is used", async (_, path) => {
  const first = await start(script);
  chmodSync(path(), 0o722);
  const second = await start(script);
  expect(second).toEqual({ code: 0, stdout: first.stdout, stderr: "", rejected: [], files: [] });
});

test("a file that others may write to is not used, nor a link", async () => {
  await start(script);
  const [path = ""] = kept();
  const spoilings = [
    () => chmodSync(path, 0o622),
    () => {
      renameSync(path, join(home, "moved"));
      symlinkSync(join(home, "moved"), path);
    },
  ];
  for (const spoil of spoilings) {
    spoil();
    expect((await start(script)).rejected.filter((one) => one === null)).toHaveLength(1);
    // It was written anew.
    expect((await start(script)).rejected).not.toContain(null);
  }
});

test.skipIf(!isRoot)("a folder of somebody else's is not used, and none is made in their home", async () => {
  await start(script);
  chownSync(folder(), 65_534, 65_534);
  expect((await start(script)).rejected).toEqual([]);
  rmSync(join(home, ".cache"), { recursive: true });
  chownSync(home, 65_534, 65_534);
  expect((await start(script)).code).toBe(0);
  expect(existsSync(join(home, ".cache"))).toBe(false);
});

test.each<[string, (path: string) => void]>([
  ["damaged", (path) => writeFileSync(path, changed(readFileSync(path)))],
  ["cut short", (path) => truncateSync(path, Math.floor(lstatSync(path).size / 2))],
  ["empty", (path) => truncateSync(path)],
])("what is %s does no harm and is made anew", async (_, spoil) => {
  const first = await start(script);
  for (const path of kept()) spoil(path);
  const second = await start(script);
  expect(second).toMatchObject({ code: 0, stdout: first.stdout, stderr: "" });
  expect(second.rejected).toEqual(first.rejected);
  expect((await start(script)).rejected).not.toContain(null);
});

test("flags of V8 make what is kept useless: it is made anew, and not for flags that were set on the way", async () => {
  await start(script);
  const other = await start(script, { NODE_OPTIONS: "--interpreted-frames-native-stack" });
  expect(other.code).toBe(0);
  expect(other.rejected).toEqual(other.rejected.map(() => true));
  expect((await start(script, { NODE_OPTIONS: "--interpreted-frames-native-stack" })).rejected).not.toContain(
    true,
  );
  rmSync(folder(), { recursive: true });
  await start(script, {}, 'process.on("exit", () => require("node:v8").setFlagsFromString("--expose-gc"))');
  expect(kept()).toEqual([]);
});

test("a command that looks through SQL, for which it sets a flag of V8, is kept too", async () => {
  const migrations = join(home, "migrations");
  mkdirSync(migrations);
  writeFileSync(join(migrations, "001_a.sql"), "CREATE TABLE a (id int);");
  const config = join(home, ".migraterc.json");
  writeFileSync(config, '{ "project": "a", "contract": "migrate-remote", "stages": { "dev": {} } }');
  const lint = ["lint", "001_a", "--config", config];
  expect((await start(lint)).stdout).toContain("1 migration");
  expect(kept().join()).toContain("/run-command.cjs-");
  expect((await start(lint)).rejected.filter((one) => one === null)).toEqual([]);
});

test("an error is said to come from where it comes from", async () => {
  const wrong = ["status", "--config", "nowhere.json", "--verbose"];
  const plain = await start(wrong, { NODE_DISABLE_COMPILE_CACHE: "1" });
  expect(plain.stderr).toMatch(/dist\/\S+\.cjs:\d+:\d+/);
  for (const _ of ["made", "used"]) expect(placesIn(await start(wrong))).toEqual(placesIn(plain));
});

test.each([
  ["no home", { HOME: "" }],
  ["a home that is not there", { HOME: join(tmpdir(), "migrate-remote-no-home") }],
  ["a home that is a file", { HOME: bin }],
  ["caches beside where we are", { HOME: "", XDG_CACHE_HOME: "caches" }],
])("with %s everything is as ever", async (_, env) => {
  expect(await start(script, env)).toMatchObject({ code: 0, stderr: "" });
  expect(existsSync(join(tmpdir(), "migrate-remote-no-home"))).toBe(false);
  expect(readdirSync(home)).not.toContain("caches");
});

test("XDG_CACHE_HOME says where", async () => {
  mkdirSync(join(home, "elsewhere"));
  await start(script, { XDG_CACHE_HOME: join(home, "elsewhere") });
  expect(readdirSync(join(home, "elsewhere"))).toEqual(["migrate-remote"]);
  expect(existsSync(join(home, ".cache"))).toBe(false);
});

test("several at once leave whole files", async () => {
  const ends = await Promise.all([start(script), start(script), start(script)]);
  expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect((await start(script)).rejected).toEqual(ends[0].rejected.map(() => false));
  expect(kept()).toHaveLength(ends[0].rejected.length);
});

test("of many versions the oldest go, and nothing else does", async () => {
  for (let age = 1; age <= 12; age += 1) {
    const path = join(own(), `compiled-0.0.${age}`);
    mkdirSync(path, { recursive: true });
    utimesSync(path, new Date(), new Date(Date.now() - age * 60_000));
  }
  mkdirSync(join(own(), "other"));
  await start(script);
  const left = readdirSync(own());
  expect(left).toHaveLength(9);
  expect(left).toEqual(expect.arrayContaining(["other", "compiled-0.0.1", "compiled-0.0.7"]));
});

function changed(bytes: Buffer): Buffer {
  const middle = Math.floor(bytes.length / 2);
  bytes.writeUInt8(bytes.readUInt8(middle) ^ 0xff, middle);
  return bytes;
}

function placesIn({ stderr }: End): string[] {
  return stderr.match(/dist\/\S+\.cjs:\d+:\d+/g) ?? [];
}

import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { strFromU8, unzipSync } from "fflate";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PackageConfig } from "../../../src/config/package.js";
import { packHandler } from "../../../src/project/package/pack.js";
import { hasPython } from "../../support/python.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "migrate-remote-pack-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(files: Record<string, string | Uint8Array>, root = folder) {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
}

const signal = new AbortController().signal;
function pack(wanted: PackageConfig = { directory: "." }, root = folder) {
  const place = { folder: root, env: process.env, signal, onLine: () => {} };
  return packHandler(wanted, place, { build: true, onBuild: () => {}, onPack: () => {} });
}

const pathsOf = ({ files }: Awaited<ReturnType<typeof pack>>) => files.map(({ path }) => path);

describe("the zip", () => {
  const name = fc
    .string({ unit: fc.constantFrom(..."abcXYZ019_-é漢."), minLength: 1, maxLength: 8 })
    .map((text) => `f${text}`);
  const tree = fc.uniqueArray(
    fc.record({
      path: fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join("/")),
      content: fc.uint8Array({ maxLength: 2_000 }),
      executable: fc.boolean(),
      modified: fc.integer({ min: 0, max: 4_000_000_000 }),
    }),
    { selector: ({ path }) => path, minLength: 1, maxLength: 12 },
  );
  // A file cannot have files below it.
  const possible = tree.filter((files) =>
    files.every(({ path }) => files.every((other) => !other.path.startsWith(`${path}/`))),
  );
  const zones = fc.constantFrom("UTC", "Asia/Tokyo", "America/Los_Angeles", "Pacific/Apia");

  test("has the same bytes whenever, wherever and in whatever order the files were written, and all of them in it", async () => {
    const own = process.env.TZ;
    try {
      await fc.assert(
        fc.asyncProperty(possible, zones, async (files, zone) => {
          const lay = async (root: string, list: typeof files, shift: number) => {
            for (const { path, content, executable, modified } of list) {
              await write({ [path]: content }, root);
              await chmod(join(root, path), executable ? 0o700 : 0o600);
              await utimes(join(root, path), modified + shift, modified + shift);
            }
          };
          await rm(folder, { recursive: true });
          await lay(join(folder, "one"), files, 0);
          await lay(join(folder, "other"), files.toReversed(), 86_400);
          process.env.TZ = "UTC";
          const one = await pack({ directory: "one" });
          process.env.TZ = zone;
          const other = await pack({ directory: "other" });
          expect(other.codeSha256).toBe(one.codeSha256);
          expect(Buffer.compare(one.zip, other.zip)).toBe(0);
          const read = unzipSync(one.zip);
          expect(Object.keys(read).sort()).toEqual(files.map(({ path }) => path).sort());
          for (const { path, content } of files)
            expect(Buffer.compare(read[path] ?? Buffer.from("missing"), content), path).toBe(0);
        }),
        { numRuns: 40 },
      );
    } finally {
      if (own === undefined) delete process.env.TZ;
      else process.env.TZ = own;
    }
  });

  test("has other bytes when a content, a name or the right to execute is another one", async () => {
    await write({ "index.mjs": "1" });
    const shas = new Set([(await pack()).codeSha256]);
    await chmod(join(folder, "index.mjs"), 0o755);
    shas.add((await pack()).codeSha256);
    await write({ "index.mjs": "2" });
    shas.add((await pack()).codeSha256);
    await write({ "second.mjs": "" });
    shas.add((await pack()).codeSha256);
    expect(shas.size).toBe(4);
  });

  test.skipIf(!hasPython())("is read by another program, names, modes, times and contents", async () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => (index * index) % 251);
    await write({ "index.py": "x = 1\n", "lib/ünïcode.bin": bytes, empty: "", "bin/engine": "#!" });
    await chmod(join(folder, "bin/engine"), 0o744);
    const { zip } = await pack();
    await writeFile(join(folder, "made.zip"), zip);
    const script = `
import hashlib, json, sys, zipfile
made = zipfile.ZipFile(sys.argv[1])
assert made.testzip() is None
print(json.dumps([[i.filename, list(i.date_time), oct(i.external_attr >> 16), hashlib.sha256(made.read(i)).hexdigest()[:8]] for i in made.infolist()]))`;
    const { stdout } = await promisify(execFile)("python3", ["-c", script, join(folder, "made.zip")]);
    const noon = [1980, 1, 1, 12, 0, 0];
    const sha = async (content: string | Uint8Array) =>
      Buffer.from(await crypto.subtle.digest("SHA-256", Buffer.from(content)))
        .toString("hex")
        .slice(0, 8);
    expect(JSON.parse(stdout)).toEqual([
      ["bin/engine", noon, "0o100755", await sha("#!")],
      ["empty", noon, "0o100644", await sha("")],
      ["index.py", noon, "0o100644", await sha("x = 1\n")],
      ["lib/ünïcode.bin", noon, "0o100644", await sha(bytes)],
    ]);
  });
});

describe("what goes in", () => {
  test("is the folder and what is included, each in its place", async () => {
    await write({
      "lambda/index.mjs": "",
      "lambda/lib/a.mjs": "",
      "db/migrations/001_a.sql": "",
      "ca.pem": "",
    });
    const packed = await pack({
      directory: "lambda",
      include: { migrations: "db/migrations", "certs/ca.pem": "ca.pem" },
    });
    expect(pathsOf(packed)).toEqual(["certs/ca.pem", "index.mjs", "lib/a.mjs", "migrations/001_a.sql"]);
  });

  test("is no secret, nothing that is no code, and the certificates of authorities all the same", async () => {
    await write({
      "index.py": "",
      ".env": "A=1",
      "conf/.env.production": "A=1",
      ".npmrc": "",
      id_rsa: "",
      "server.pem":
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n-----BEGIN RSA PRIVATE KEY-----\n",
      "certifi/cacert.pem": "-----BEGIN CERTIFICATE-----",
      ".git/config": "",
      "__pycache__/index.cpython-313.pyc": "",
      "old.pyc": "",
      ".migraterc.json": "{}",
    });
    const { leftOut, files } = await pack();
    expect(files.map(({ path }) => path)).toEqual(["certifi/cacert.pem", "index.py"]);
    const secrets = leftOut.filter(({ reason }) => reason === "secret").map(({ path }) => path);
    expect(secrets.sort()).toEqual([".env", ".npmrc", "conf/.env.production", "id_rsa", "server.pem"]);
    expect(leftOut).toContainEqual({ path: ".git", reason: "not_code" });
  });

  test("is what links lead to; a secret is one under any name", async () => {
    await write({ "lambda/index.mjs": "", "shared/util.mjs": "1", ".env": "A=1" });
    await symlink("../shared", join(folder, "lambda/shared"));
    await symlink("..", join(folder, "lambda/up"));
    await symlink("nowhere", join(folder, "lambda/broken"));
    await symlink("../.env", join(folder, "lambda/settings"));
    const { zip, leftOut } = await pack({ directory: "lambda" });
    expect(strFromU8(unzipSync(zip)["shared/util.mjs"] ?? new Uint8Array())).toBe("1");
    expect(leftOut).toEqual(
      expect.arrayContaining([
        { path: "broken", reason: "broken_link" },
        { path: "settings", reason: "secret" },
        { path: "up/lambda", reason: "link_to_itself" },
      ]),
    );
  });

  test.each<[string[], string[]]>([
    [["*.md"], ["a/b.mjs", "a/tests/x.mjs", "tests/deep/y.mjs"]],
    [["tests/**"], ["a/b.mjs", "a/readme.md", "a/tests/x.mjs", "readme.md"]],
    [["tests"], ["a/b.mjs", "a/readme.md", "readme.md"]],
    [["/readme.md"], ["a/b.mjs", "a/readme.md", "a/tests/x.mjs", "tests/deep/y.mjs"]],
    [
      ["**/x.mjs", "a/?.mjs"],
      ["a/readme.md", "readme.md", "tests/deep/y.mjs"],
    ],
    [
      ["a.b", "(", "[a]"],
      ["a/b.mjs", "a/readme.md", "a/tests/x.mjs", "readme.md", "tests/deep/y.mjs"],
    ],
  ])("is not what %j excludes", async (exclude, paths) => {
    const files = ["readme.md", "a/readme.md", "a/b.mjs", "a/tests/x.mjs", "tests/deep/y.mjs"];
    await write(Object.fromEntries(files.map((file) => [file, ""])));
    expect(pathsOf(await pack({ directory: ".", exclude }))).toEqual(paths);
  });
});

describe("what cannot be packed is told before anything is sent", () => {
  test.each<[string, PackageConfig, RegExp]>([
    ["no such folder", { directory: "dist" }, /names dist, and .*dist is not there/],
    ["a file in place of a folder", { directory: "index.mjs" }, /is no folder/],
    ["nothing to include", { directory: "lambda", include: { x: "nowhere" } }, /names nowhere/],
    [
      "two for one place",
      { directory: "lambda", include: { "a.mjs": "index.mjs" } },
      /Two files would stand at a\.mjs/,
    ],
    ["nothing left", { directory: "lambda", exclude: ["*"] }, /nothing to pack/],
  ])("%s", async (_, wanted, message) => {
    await write({ "index.mjs": "", "lambda/a.mjs": "" });
    await expect(pack(wanted)).rejects.toMatchObject({
      category: "usage",
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/package/),
    });
  });

  test("more than Lambda unpacks", async () => {
    await write({ "index.mjs": "" });
    await promisify(execFile)("truncate", ["-s", "263M", join(folder, "large")]);
    await expect(pack()).rejects.toMatchObject({ message: expect.stringContaining("250 MB unpacked") });
  });
});

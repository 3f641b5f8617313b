// A new user with an existing repository: how many commands, and how long, to a first status on a local stage. From the tarball that npm would
// publish, in a fresh repository of each kind. Needs the registry, and a python3 with Alembic on PATH.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));
// As README says it: what a reader copies is what is tried.
const readme = readFileSync(join(root, "README.md"), "utf8");
const installLines = [...readme.matchAll(/^npm install (--save-dev .+)$/gm)].map(([, words]) =>
  words.split(" "),
);
const installOf = (engine) =>
  installLines.find((words) => words.some((word) => word.includes("prisma")) === (engine === "prisma"));
const kinds = [
  { name: "alembic", engine: "alembic", pending: 10 },
  { name: "flask-migrate", engine: "alembic", pending: 10 },
  { name: "prisma", engine: "prisma", pending: 11 },
  { name: "sql", engine: "sql", pending: 10 },
];
const mostSeconds = 60;
const write = (text) => process.stdout.write(`${text}\n`);

const work = realpathSync(mkdtempSync(join(tmpdir(), "migrate-remote-first-day-")));
// PostgreSQL under root runs as somebody else, who has to get in.
execFileSync("chmod", ["755", work]);
let failures = 0;
try {
  execFileSync("npm", ["pack", "--silent", "--pack-destination", work], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const tarball = join(work, readdirSync(work).find((file) => file.endsWith(".tgz")) ?? "");
  for (const kind of kinds) failures += firstDay(kind, tarball) ? 0 : 1;
} finally {
  rmSync(work, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
}
process.exitCode = failures === 0 ? 0 : 1;

function firstDay({ name, engine, pending }, tarball) {
  const cwd = join(work, name);
  makeRepository(name, cwd);
  const commands = [
    [
      "npm",
      "install",
      "--no-audit",
      "--no-fund",
      ...installOf(engine).map((word) => (word === "migrate-remote" ? tarball : word)),
    ],
    ["npx", "migrate-remote", "init", "--yes", "--handler", engine],
    ["npx", "migrate-remote", "status"],
  ];
  write(`\n${name}`);
  let seconds = 0;
  for (const command of commands) {
    const began = performance.now();
    const { status, stdout, stderr } = spawnSync(command[0], command.slice(1), { cwd, encoding: "utf8" });
    const took = (performance.now() - began) / 1000;
    seconds += took;
    write(`  ${took.toFixed(1).padStart(5)} s  ${command.join(" ").replace(tarball, "migrate-remote")}`);
    if (status !== 0) {
      write(`${stdout}${stderr}\n✗ ${name}: exit ${status}`);
      return false;
    }
    if (command !== commands.at(-1)) continue;
    if (!stdout.includes(`${pending} migrations pending`)) {
      write(`${stdout}${stderr}\n✗ ${name}: not the status that was expected`);
      return false;
    }
  }
  const good = seconds < mostSeconds;
  write(
    `  ${seconds.toFixed(1).padStart(5)} s  ${good ? "✓" : `✗ more than ${mostSeconds} s`} ${commands.length} commands to a first status`,
  );
  return good;
}

/** As somebody has it who has never heard of us. What else its package.json would install is installed already. */
function makeRepository(name, cwd) {
  cpSync(join(root, "test/fixtures/projects", name), cwd, {
    recursive: true,
    filter: (file) =>
      !/(handler|lambda_function)\.mjs$|migrate_lambda\.py$|\.migraterc\.json$|__pycache__|node_modules/.test(
        file,
      ),
  });
  if (readdirSync(cwd).includes("package.json")) {
    const { name: own, type } = JSON.parse(readFileSync(join(cwd, "package.json"), "utf8"));
    writeFileSync(
      join(cwd, "package.json"),
      `${JSON.stringify({ name: own, private: true, type }, null, 2)}\n`,
    );
  }
  execFileSync("git", ["init", "--quiet"], { cwd });
}

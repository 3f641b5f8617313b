import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { runCli } from "../../support/run-cli.js";
import { openTerminal, type Terminal } from "../../support/terminal.js";
import { hasTool } from "../../support/tools.js";

const bin = fileURLToPath(new URL("../../../bin/migrate-remote.js", import.meta.url));
let cwd: string;
let env: Record<string, string>;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "migrate-remote-shells-"));
  await mkdir(join(cwd, "bin"));
  await mkdir(join(cwd, "migrations"));
  await symlink(bin, join(cwd, "bin/migrate-remote"));
  await chmod(bin, 0o755);
  for (const shell of ["bash", "zsh", "fish"]) {
    const { stdout, exitCode } = await runCli(["completion", shell], { cwd });
    expect(exitCode).toBe(0);
    await writeFile(join(cwd, `completion.${shell}`), stdout);
  }
  await writeFile(join(cwd, ".migraterc.json"), `{ "stages": { "dev": {}, "production": {} } }`);
  await writeFile(join(cwd, "migrations/001_it's $(x) a.sql"), "SELECT 1;");
  await writeFile(join(cwd, "aws"), "[profile my prod:x]\n");
  await writeFile(join(cwd, "plan one.json"), "{}");
  await writeFile(
    join(cwd, ".zshrc"),
    "PS1='ready$ '; unsetopt prompt_sp; autoload -Uz compinit; compinit -u; source completion.zsh\n",
  );
  await writeFile(join(cwd, ".bashrc"), "PS1='ready$ '; source completion.bash\n");
  env = {
    PATH: `${join(cwd, "bin")}:${process.env.PATH}`,
    HOME: cwd,
    ZDOTDIR: cwd,
    XDG_STATE_HOME: join(cwd, "state"),
    AWS_CONFIG_FILE: join(cwd, "aws"),
    TERM: "dumb",
  };
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

/** What is typed, with a tab where it is pressed, and what then stands in the line. */
const lines: [string, string][] = [
  ["migrate-remote sta\t", "migrate-remote status "],
  ["migrate-remote run --stage p\t", "migrate-remote run --stage production "],
  ["migrate-remote run --stage=p\t", "migrate-remote run --stage=production "],
  ['migrate-remote run --stage "p\t', 'migrate-remote run --stage "production" '],
  ["migrate-remote run --stage 'p\t", "migrate-remote run --stage 'production' "],
  ["bin/migrate-remote run --stage p\t", "bin/migrate-remote run --stage production "],
  ["migrate-remote --profile my\t", "migrate-remote --profile my\\ prod:x "],
  ["migrate-remote --profile my\\ prod:\t", "migrate-remote --profile my\\ prod:x "],
  ['migrate-remote --profile "my\t', 'migrate-remote --profile "my prod:x" '],
  ["migrate-remote run --plan plan\t", "migrate-remote run --plan plan\\ one.json "],
  ["migrate-remote run --plan=plan\t", "migrate-remote run --plan=plan\\ one.json "],
  [
    "migrate-remote run --target-revision 0\t",
    "migrate-remote run --target-revision 001_it\\'s\\ \\$\\(x\\)\\ a ",
  ],
];

describe.each([
  ["bash", ["--noprofile", "--rcfile", ".bashrc", "-i"]],
  ["zsh", ["-i"]],
])("%s", (shell, argv) => {
  const missing = !hasTool(shell) || !hasTool("python3");
  let terminal: Terminal;
  afterEach(() => terminal?.close());

  test.skipIf(missing)("completes what is typed in a terminal", { timeout: 120_000 }, async () => {
    terminal = openTerminal([shell, ...argv], { cwd, env });
    await terminal.shows("ready$");
    for (const [index, [typed, wanted]] of lines.entries()) {
      // A word behind the completion, so that the space before it is seen too; then the line is taken back.
      terminal.type(typed);
      terminal.type(`#${index}`);
      await terminal.shows(`${wanted}#${index}`);
      terminal.type("\u0015");
    }
    // With the cursor in the middle, what is behind it does not count.
    terminal.type("migrate-remote status --stage d X\u001b[D\u001b[D\t#m");
    await terminal.shows("#m X");
    expect(terminal.text()).toMatch(/--stage dev ?#m X/);
    terminal.type("\u0015\u000bexit\r");
    expect(await terminal.end).toMatchObject({ code: 0 });
    expect(terminal.text()).not.toMatch(/command not found|Error/);
  });
});

test.skipIf(!hasTool("fish")).each([
  ["migrate-remote sta", "status\twhat is applied, what is pending, and what state the databa…"],
  ["migrate-remote run --stage p", "production\tprotected"],
  ["migrate-remote run --stage=p", "--stage=production\tprotected"],
  ['migrate-remote run --stage "p', "production\tprotected"],
  ["migrate-remote --profile my\\ ", "my prod:x"],
  ["migrate-remote --profile 'my", "my prod:x"],
  ["migrate-remote run --plan plan", "plan one.json"],
  ["migrate-remote run --plan=plan", "--plan=plan one.json"],
  ["migrate-remote run --target-revision 0", "001_it's $(x) a\tit's $(x) a"],
  ["bin/migrate-remote run --stage p", "production\tprotected"],
])("fish completes %j with %j", (line, wanted) => {
  const script = "source completion.fish; complete -C $argv[1]";
  const said = execFileSync("fish", ["--no-config", "-c", script, "--", line], {
    cwd,
    env,
    encoding: "utf8",
  });
  expect(said.trimEnd()).toBe(wanted);
});

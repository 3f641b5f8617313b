import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type CliEnd, type CliOptions, runCli } from "./run-cli.js";

export interface Repository {
  folder: string;
  write(files: Record<string, string>): void;
  git(...args: string[]): string;
  /** Adds everything. */
  commit(message?: string): void;
  cli(argv: string[], options?: Partial<CliOptions>): Promise<CliEnd>;
  dispose(): void;
}

/** A folder with these files; a git repository where `git` says so, with one commit on main. */
export function makeRepository(files: Record<string, string>, { git: isGit = false } = {}): Repository {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "migrate-remote-lint-")));
  const write = (more: Record<string, string>) => {
    for (const [name, content] of Object.entries(more)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
  };
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=T", "-c", "user.email=t@example.invalid", ...args], {
      cwd: folder,
      encoding: "utf8",
      env: { PATH: process.env.PATH, HOME: folder, GIT_CONFIG_NOSYSTEM: "1" },
    });
  const commit = (message = "more") => {
    git("add", "-A");
    git("commit", "-q", "-m", message);
  };
  write(files);
  if (isGit) {
    git("init", "-q", "-b", "main");
    commit("first");
  }
  return {
    folder,
    write,
    git,
    commit,
    cli: (argv, options = {}) =>
      runCli(argv, {
        cwd: folder,
        ...options,
        env: { PATH: process.env.PATH ?? "", HOME: folder, ...options.env },
      }),
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export const alembicIni = "[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url =\n";

/** An env.py that works offline and takes its URL from where the caller puts it. */
export const alembicEnv = `
from alembic import context
from sqlalchemy import engine_from_config, pool
config = context.config
if context.is_offline_mode():
    context.configure(url=config.get_main_option("sqlalchemy.url"), literal_binds=True)
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = engine_from_config(config.get_section(config.config_ini_section, {}), prefix="sqlalchemy.", poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()
`;

/** A revision's file: `migrations/versions/ID_slug.py`. */
export function revisionFile(
  id: string,
  down: string | null,
  {
    up,
    back,
    message = "add a table for people",
    head = "",
  }: { up: string; back?: string; message?: string; head?: string },
): Record<string, string> {
  const body = (text: string) =>
    text
      .split("\n")
      .map((line) => (line === "" ? "" : `    ${line}`))
      .join("\n");
  const text = [
    `"""${message}\n\nRevision ID: ${id}\n"""`,
    "from alembic import op\nimport sqlalchemy as sa\n",
    `revision = "${id}"\ndown_revision = ${down === null ? "None" : JSON.stringify(down)}\n${head}`,
    `def upgrade():\n${body(up)}\n`,
    ...(back === undefined ? [] : [`def downgrade():\n${body(back)}\n`]),
  ].join("\n");
  return { [`migrations/versions/${id}_file.py`]: text };
}

export function alembicProject(...revisions: Record<string, string>[]): Record<string, string> {
  return Object.assign(
    { "alembic.ini": alembicIni, "migrations/env.py": alembicEnv, "migrations/script.py.mako": mako },
    ...revisions,
  );
}

const mako = `"""\${message}

Revision ID: \${up_revision}
"""
from alembic import op
import sqlalchemy as sa
\${imports if imports else ""}

revision = \${repr(up_revision)}
down_revision = \${repr(down_revision)}
branch_labels = \${repr(branch_labels)}
depends_on = \${repr(depends_on)}


def upgrade():
    \${upgrades if upgrades else "pass"}


def downgrade():
    \${downgrades if downgrades else "pass"}
`;

import type { AlembicFacts } from "../../project/facts/alembic.js";
import { handlerFolder, type WrittenHandler } from "./written.js";

/** The handler for an Alembic project; `source` is the text of ours, which is one file to copy. */
export function pythonHandler(facts: AlembicFacts & { source: string }): WrittenHandler {
  const { ini, beside, flaskApp, source } = facts;
  const folder = ini.includes("/") ? ini.slice(0, ini.lastIndexOf("/") + 1) : "";
  const isFound = ini === "alembic.ini" || ini === "migrations/alembic.ini" || ini === "pyproject.toml";
  const flask: Record<string, string> = flaskApp === undefined ? {} : { FLASK_APP: flaskApp };
  const inZip = (path: string) => (path.startsWith(folder) && !isFound ? path.slice(folder.length) : path);
  const file = `${handlerFolder}/migrate_remote_handler.py`;
  const requirements = `${handlerFolder}/requirements.txt`;
  return {
    handler: `${handlerFolder}/migrate_remote_handler.handler`,
    lambdaHandler: "migrate_remote_handler.handler",
    runtime: "python3.12",
    file,
    files: [
      {
        path: file,
        content: source,
        summary: `A copy of node_modules/migrate-remote/dist/migrate_remote_handler.py (${source.split("\n").length - 1} lines). It is not to be edited: a new version replaces it.`,
      },
      { path: requirements, content: requirementsText(facts) },
    ],
    environment: { ...(isFound ? {} : { ALEMBIC_CONFIG: ini }), ...flask },
    variables: flask,
    package: {
      directory: `${handlerFolder}/package`,
      include: Object.fromEntries([
        ["migrate_remote_handler.py", file],
        ...[...(beside.some((path) => ini.startsWith(`${path}/`)) ? [] : [ini]), ...beside].map((path) => [
          inZip(path),
          path,
        ]),
      ]),
      build: `pip install --quiet --upgrade --requirement ${requirements} --target ${handlerFolder}/package --platform manylinux2014_x86_64 --python-version 3.12 --only-binary=:all:`,
    },
    ignored: [`${handlerFolder}/package/`],
  };
}

function requirementsText({ requirements, flask }: AlembicFacts): string {
  const about =
    "# What the Lambda that migrates needs: Alembic, a driver, and whatever env.py and the models import.\n";
  if (requirements === undefined) {
    return `${about}alembic>=1.13\nSQLAlchemy>=2.0\npsycopg2-binary>=2.9\n${flask ? "Flask-Migrate>=4.0\n" : ""}`;
  }
  if (requirements.list === undefined) return `${about}-r ../../${requirements.file}\n`;
  return [
    `${about}# As ${requirements.file} has them; leave out what the migrations do not need.`,
    ...requirements.list,
    "",
  ].join("\n");
}

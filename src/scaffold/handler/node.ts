import { handlerFolder, type WrittenHandler } from "./written.js";

/** Prisma's engine, which is a package of its own. */
export const schemaEngine = "@prisma/schema-engine-wasm";

/** Where packages are on this machine, relative to the repository: a workspace has them further up. */
export interface Modules {
  "migrate-remote": string;
  [schemaEngine]: string;
}

/** The handler for a folder of migrations, `migrations` relative to the repository. */
export function nodeHandler(engine: "prisma" | "sql", migrations: string, modules: Modules): WrittenHandler {
  const ours = ["package.json", "dist/handler.js"];
  const include = [
    [migrations, migrations],
    ...ours.map((file) => [`node_modules/migrate-remote/${file}`, `${modules["migrate-remote"]}/${file}`]),
    ...(engine === "prisma" ? [[`node_modules/${schemaEngine}`, modules[schemaEngine]]] : []),
  ];
  return {
    handler: `${handlerFolder}/handler.handler`,
    lambdaHandler: "handler.handler",
    runtime: "nodejs22.x",
    file: `${handlerFolder}/handler.mjs`,
    files: [{ path: `${handlerFolder}/handler.mjs`, content: nodeSource(engine, migrations) }],
    environment: {},
    variables: {},
    package: {
      directory: handlerFolder,
      include: Object.fromEntries(include),
      exclude: ["README.md"],
    },
    ignored: [],
  };
}

function nodeSource(engine: "prisma" | "sql", migrations: string): string {
  return `// The Lambda that migrates. README.md beside it says how it gets there.
import { createHandler, ${engine} } from "migrate-remote/handler";

// The folder is looked for where the function's code is: in Lambda that is the zip, on a local stage the folder of
// .migraterc.json. The database is what DATABASE_URL, DATABASE_SECRET_ARN or the like says in the function's environment.
export const handler = createHandler({ engine: ${engine}({ directory: ${JSON.stringify(migrations)} }) });
`;
}

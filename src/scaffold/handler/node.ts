import { handlerFolder, type WrittenHandler } from "./written.js";

/** Where the packages are that the handler imports, relative to the repository: in a workspace that may be above it. */
export interface HandlerPackages {
  ours: string;
  schemaEngine: string;
}

/** The handler for a folder of migrations, `migrations` relative to the repository. */
export function nodeHandler(
  engine: "prisma" | "sql",
  migrations: string,
  packages: HandlerPackages,
): WrittenHandler {
  const ours = ["package.json", "dist/handler.js"].map((file) => [
    `node_modules/migrate-remote/${file}`,
    `${packages.ours}/${file}`,
  ]);
  const wasm = ["node_modules/@prisma/schema-engine-wasm", packages.schemaEngine];
  const beside = [[migrations, migrations], ...ours, ...(engine === "prisma" ? [wasm] : [])];
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
      include: Object.fromEntries(beside),
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

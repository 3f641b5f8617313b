import { lambdaFiles } from "./lambdas.js";
import { makeProject } from "./project.js";
import { alembicHistory, type ProjectKind, sqlFiles, sqlHistory } from "./project-kinds.js";
import { hasPython } from "./python.js";

/** A Lambda that speaks a contract, and what tests have to know of its migrations. */
type ContractKind = Omit<ProjectKind, "engine" | "make" | "target"> & {
  make: () => ReturnType<ProjectKind["make"]>;
};

/** As document 003 has them: a Lambda that migrates, and one that answers queries. */
const appliedList = (contract: object, queryHandler: object): ContractKind => ({
  isPossible: () => hasPython(),
  make: () =>
    makeProject({
      files: lambdaFiles("applied-list-003"),
      config: {
        contract,
        stages: {
          dev: {
            local: {
              handler: "lambda/db_migration_lambda/lambda_function.lambda_handler",
              ...queryHandler,
              timeout: 60,
            },
          },
        },
      },
    }),
  revisions: ["001_init", "002_add_dispatch_executions", "007_add_confidence", "008_add_options_support"],
  lostAt: "007_add_confidence",
  history: sqlHistory,
});

/** As document 001 has it, spoken to in either of two ways. */
function document001(contract: unknown): ContractKind {
  return {
    isPossible: () => hasPython(),
    make: () =>
      makeProject({
        files: lambdaFiles("admin-operation-001"),
        config: {
          contract,
          stages: { dev: { local: { handler: "lambda/lambda_handler.handler", timeout: 60 } } },
        },
      }),
    revisions: ["1f0a9c6e2b34", "3c58f1a0d97e", "7d1e4b92c0a5", "b60f8d2ae713"],
    lostAt: "7d1e4b92c0a5",
    history: alembicHistory,
  };
}

const read = {
  success: { at: "/success", is: true },
  error: "/error",
  state: "/state",
  current: "/current_revision",
  head: "/head_revision",
  pending: "/pending_migrations",
};
const asked = (parameters: object, more: object = {}) => ({
  send: { admin_operation: "run_migrations", parameters, ...more },
  read,
});

/** What document 001's Lambda takes and answers, in a template's words. */
const described = {
  preset: "template",
  status: asked({ dry_run: true }),
  dryRun: asked({ dry_run: true, fix_history: "{fixHistory}", target_revision: "{targetRevision?}" }),
  run: asked({ fix_history: "{fixHistory}", target_revision: "{targetRevision?}" }, { confirm: true }),
};

/** By the README's heading of their column. */
export const contractKinds: Record<string, ContractKind> = {
  "`migrate-remote`": { ...sqlFiles, make: () => sqlFiles.make() },
  "`admin-operation`": document001("admin-operation"),
  "`applied-list` with a query function": appliedList(
    { preset: "applied-list", queryFunction: "shop-query-dev" },
    { queryHandler: "lambda/db_query_lambda/query_function.lambda_handler" },
  ),
  "`applied-list`": appliedList({ preset: "applied-list" }, {}),
  "`empty-event`": {
    isPossible: () => hasPython(),
    make: () =>
      makeProject({
        files: lambdaFiles("empty-event-000"),
        config: {
          contract: "empty-event",
          stages: { dev: { local: { handler: "lambda/handler.handler", timeout: 60 } } },
        },
      }),
    revisions: ["5a3e0b7c19d2", "8e21d4f6a0b9", "c94b7a1d3e58"],
    lostAt: "8e21d4f6a0b9",
    history: alembicHistory,
  },
  "a template of status, dry-run, run": document001(described),
};

/**
 * The far side: a Lambda handler that migrates a PostgreSQL database.
 *
 * @packageDocumentation
 */
export { createHandler } from "./create-handler.js";
export type { Duration } from "./duration.js";
export type { Engine } from "./engines/engine.js";
export { type PrismaOptions, prisma } from "./engines/prisma/prisma.js";
export { type SqlOptions, sql } from "./engines/sql/sql.js";
export { fromEnvironment } from "./environment/database.js";
export type {
  DatabaseOption,
  DatabaseSettings,
  HandlerOptions,
  LambdaContext,
  MigrationHandler,
  TlsSettings,
  WireReport,
} from "./types.js";

import type { Duration } from "./duration.js";
import type { Engine } from "./engines/engine.js";

/** The part of Lambda's context object that the handler reads; absent parts are done without. */
export interface LambdaContext {
  /** Milliseconds until Lambda stops the function. Statements are cancelled before that. */
  getRemainingTimeInMillis?: () => number;
  awsRequestId?: string;
  functionName?: string;
  logStreamName?: string;
}

/**
 * The answer on the wire, in snake_case: `state`, `current_revisions`, `head_revisions`, `migrations`, `problems`, `plan`, `error`,
 * `database`, `handler` and more. A migration that fails is an answer with `success: false`, not a thrown error.
 */
export interface WireReport {
  operation: string;
  success: boolean;
  [key: string]: unknown;
}

/** A Lambda handler. Throws where the event is none of its own; everything else is answered. */
export type MigrationHandler = (event: unknown, context?: LambdaContext) => Promise<WireReport>;

/** TLS as Node's `tls.connect` takes it. */
export interface TlsSettings {
  /** PEM certificates to trust, such as Amazon's RDS bundle. */
  ca?: string | string[];
  cert?: string;
  key?: string;
  /** `false` encrypts without checking who answers. */
  rejectUnauthorized?: boolean;
  servername?: string;
}

/** A database in parts. What is left out comes from `PGHOST`, `PGPORT`, `PGUSER`, `PGPASSWORD`, `PGDATABASE` and `PGSSLMODE`. */
export interface DatabaseSettings {
  host?: string;
  port?: number;
  user?: string;
  /** A function is asked at each connection, for passwords that expire (RDS IAM). */
  password?: string | (() => string | Promise<string>);
  database?: string;
  /** `true`: encrypted and checked. `false`: not encrypted. Left out: encrypted where the server can, as libpq's `prefer`. */
  ssl?: boolean | TlsSettings;
}

/**
 * A `postgresql://` URL (its `sslmode` means what libpq means by it), the same in parts, or a function that gives either, asked at
 * each invocation.
 */
export type DatabaseOption =
  | string
  | DatabaseSettings
  | (() => string | DatabaseSettings | undefined | Promise<string | DatabaseSettings | undefined>);

export interface HandlerOptions {
  /** What applies migrations: `sql({ directory: "migrations" })`. */
  engine: Engine;
  /** Default: `fromEnvironment()`, what the function's environment names. */
  database?: DatabaseOption;
  /** How long a migration's statement may wait for a lock on a table (PostgreSQL's `lock_timeout`). No limit by default. */
  lockTimeout?: Duration;
  /** How long one statement of a migration may take (`statement_timeout`). Never longer than the function has left. */
  statementTimeout?: Duration;
  /** How long connecting may take. Default `"10s"`. */
  connectTimeout?: Duration;
  /**
   * No further migration is started when less than this is left of the function's time limit, or less than one and a half times what the
   * longest one took so far: the run pauses there, and the next invocation goes on. A statement that is still at work when half of it is
   * left is cancelled, so that an answer gets out. Default `"10s"`, but never more than half of the time limit.
   */
  stopBefore?: Duration;
  /** How long a paused run keeps other runs out, waiting for its next part. Default `"5m"`. */
  lease?: Duration;
  /**
   * What `{}` and `null` mean. By default they are events of another Lambda and throw. `"run"`: run everything to the head, as
   * Lambdas that migrate on any event do.
   */
  emptyEvent?: "refuse" | "run";
  /**
   * The ARN of an SNS topic that is told in short how each run ended. Default: the environment variable `MIGRATION_SNS_TOPIC_ARN`; without
   * either nobody is told.
   */
  notify?: string;
  /** Takes log lines, one JSON object each. Default: standard output, which Lambda sends to CloudWatch Logs. */
  log?: (line: string) => void;
}

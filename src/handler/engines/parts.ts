import type { Lock } from "../lock.js";
import type { Session } from "../session.js";

/** A migration as it stands in the source. */
export interface SourceMigration {
  revision: string;
  /** SHA-256 of the source's bytes, hexadecimal. */
  checksum: string;
  /** Other checksums under which history may know the same source, such as that of the text with other line ends. */
  aliases?: string[];
  sql: string;
  /** False where it asks to run outside a transaction. */
  transactional: boolean;
}

export interface Source {
  /** In the order in which they are applied. */
  migrations: SourceMigration[];
  /** What a person should know about the source, such as files that were passed over. */
  problems: { code: string; message: string; revision?: string }[];
  /** Natural order of two revisions, for those that only history knows. */
  compare: (a: string, b: string) => number;
}

/** One row of history. */
export interface HistoryRow {
  revision: string;
  /** ISO 8601, UTC. */
  appliedAt?: string;
  checksum?: string;
  durationMs?: number;
}

/** History says that this migration was begun, and neither that it is applied nor that it was rolled back. */
export interface OpenRow {
  revision: string;
  checksum?: string;
  /** ISO 8601, UTC. */
  startedAt?: string;
}

/** Nobody is at work on it any more. */
export interface FailedRow extends OpenRow {
  /** What history keeps of the error. */
  reason?: string;
}

export type History =
  | {
      kind: "rows";
      rows: HistoryRow[];
      failed?: FailedRow[];
      /** Somebody else is applying these now. */
      begun?: OpenRow[];
    }
  /** The table is there but was not written by this engine, nor by a Lambda like it. `hint`: what to do about it. */
  | { kind: "unreadable"; reason: string; hint: string };

/** What history says before a repair. */
export interface Standing {
  applied: string[];
  failed: FailedRow[];
}

export interface ApplyContext {
  lock: Lock;
  runId: string;
}

export interface HistoryChange {
  record: SourceMigration[];
  remove: string[];
}

/** What the handler asks of an engine. Everything goes over the one session that holds the lock. */
export interface EngineParts {
  outOfOrder: "refuse" | "apply";
  source(): Promise<Source>;
  /** Reads only, and creates nothing. */
  history(session: Session): Promise<History>;
  /** True where the database has tables that are neither history, nor ours, nor an extension's. */
  hasTables(session: Session): Promise<boolean>;
  /** Throws a `Refusal` where another program applies migrations of this engine now, one that knows nothing of our lock. */
  refuseCompany?(session: Session): Promise<void>;
  /** Why a plan cannot be executed as it is written; throws a `Refusal` before anything is executed. */
  check(plan: SourceMigration[]): void;
  /** Applies one migration together with its row of history. Throws a `Refusal`, or what broke the connection. */
  apply(session: Session, migration: SourceMigration, context: ApplyContext): Promise<{ durationMs: number }>;
  /**
   * Writes history without executing a migration, all or nothing, and `alongside` with it in the same transaction. A failed migration in
   * `record` is applied from then on; one in `remove` was rolled back.
   */
  rewriteHistory(
    session: Session,
    change: HistoryChange,
    context: ApplyContext,
    alongside: () => Promise<void>,
  ): Promise<void>;
  /**
   * Finds out from this database's schema, without touching it, what history would have to say: which prefix of the source's migrations it
   * has, or whether it has those that failed. Throws a `Refusal` where the schema does not tell.
   */
  recognise(
    session: Session,
    source: Source,
    standing: Standing,
    open: (database: string) => Promise<Session>,
  ): Promise<HistoryChange>;
}

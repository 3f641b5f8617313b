import type { TemplateContract } from "./template/template.js";

/**
 * How a migration Lambda is spoken to, as data: a preset, and what it needs to know besides. What a person writes is in
 * `config/contract.ts`; what follows from it is a codec (`codecFor`).
 */
export type Contract =
  | { preset: "migrate-remote" }
  | { preset: "admin-operation" }
  | EmptyEventContract
  | AppliedListContract
  | TemplateContract;

/** A Lambda that migrates on any event, whose answer says at most that something failed (documents 000 and 004). */
export interface EmptyEventContract {
  preset: "empty-event";
  /** `{}`, or nothing at all, as `aws lambda invoke` without `--payload` sends it. */
  payload: "{}" | "none";
}

/** A Lambda that migrates on `{}` and lists what it applied and what it passed over (document 003). */
export interface AppliedListContract {
  preset: "applied-list";
  /** A second Lambda that answers a SELECT over the same database; without it nothing can be read. */
  query?: HistoryQuery;
}

/** Where the rows of applied migrations can be read. */
export interface HistoryQuery {
  /** As the SDK takes it: a name, name:alias or ARN. */
  functionName: string;
  /** `table` or `schema.table`; matches `tableNamePattern`. */
  table: string;
}

/** What goes into a SELECT as it stands: one or two plain PostgreSQL identifiers, nothing to quote or to escape. */
export const tableNamePattern = /^[A-Za-z_][A-Za-z0-9_]{0,62}(\.[A-Za-z_][A-Za-z0-9_]{0,62})?$/;

/** Presets that need nothing besides their name, so that the name alone will do. */
export const contractNames = ["migrate-remote", "admin-operation", "empty-event", "applied-list"] as const;

/** A contract's name for people. */
export function nameOf(contract: Contract): string {
  return contract.preset === "template" ? contract.name : contract.preset;
}

import { createHash } from "node:crypto";

/** What a plan id is computed over. Not over SQL: one Alembic migration rendered twice gives two texts. */
export interface PlanContent {
  engine: string;
  from: string[];
  target: string | null;
  /** In order; `checksum` is SHA-256 of the source bytes. */
  migrations: { revision: string; checksum: string }[];
}

/** What a repair of history is known by. */
export interface RepairContent {
  engine: string;
  /** What history says before it, and after. */
  from: string[];
  to: string[];
  record: { revision: string; checksum: string }[];
  remove: string[];
}

/** As a plan id, over `["fix-history", engine, [from…] sorted, [to…] sorted, [[revision, checksum]…], [removed…] sorted]`. */
export function repairId({ engine, from, to, record, remove }: RepairContent): string {
  const recorded = record.map(({ revision, checksum }) => [revision, checksum]);
  return hashed(["fix-history", engine, [...from].sort(), [...to].sort(), recorded, [...remove].sort()]);
}

/**
 * The plan id: SHA-256 (hexadecimal) of the UTF-8 JSON array
 * `[engine, [from…] sorted, target, [[revision, checksum]…]]` without white space, so that Python computes the same.
 */
export function planId(plan: PlanContent): string {
  const content = [
    plan.engine,
    [...plan.from].sort(),
    plan.target,
    plan.migrations.map(({ revision, checksum }) => [revision, checksum]),
  ];
  return hashed(content);
}

function hashed(content: unknown[]): string {
  return createHash("sha256").update(JSON.stringify(content), "utf8").digest("hex");
}

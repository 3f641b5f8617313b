import { createHash } from "node:crypto";

/** What a plan id is computed over. Not over SQL: one Alembic migration rendered twice gives two texts. */
export interface PlanContent {
  engine: string;
  from: string[];
  target: string | null;
  /** In order; `checksum` is SHA-256 of the source bytes. */
  migrations: { revision: string; checksum: string }[];
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
  return createHash("sha256").update(JSON.stringify(content), "utf8").digest("hex");
}

import type { Snapshot } from "../../remote/databases.js";

/**
 * The newest snapshot that is young enough, whoever made it; one that is still being made will do, since it holds the data of when it was
 * begun. Pure.
 */
export function reusable(snapshots: Snapshot[], maxAgeSeconds: number, now: Date): Snapshot | undefined {
  const oldest = now.getTime() - maxAgeSeconds * 1000;
  return snapshots
    .filter(({ status }) => status === "available" || status === "creating")
    .filter(({ createdAt }) => createdAt !== undefined && Date.parse(createdAt) >= oldest)
    .sort((a, b) => Date.parse(b.createdAt ?? "") - Date.parse(a.createdAt ?? ""))[0];
}

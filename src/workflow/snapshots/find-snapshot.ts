import type { Snapshot } from "../../remote/databases.js";
import type { StageContext } from "../stage-context.js";

/** A name says not whether it is an instance's or a cluster's; RDS lists them apart. */
export async function findSnapshot(
  { databases, signal }: StageContext,
  id: string,
): Promise<Snapshot | undefined> {
  const instance = await databases.snapshot({ kind: "instance", id }, { signal });
  return instance ?? databases.snapshot({ kind: "cluster", id }, { signal });
}

import { Failure, saying } from "../contract/failure.js";
import type { Permit } from "./permit.js";

/** Whatever keeps a way back from standing: it is the moment to say that nothing was executed. */
export function notMigrated(error: unknown): unknown {
  if (!(error instanceof Failure) || error.category === "interrupted") return error;
  if (/Nothing was (changed|executed)\./.test(error.message)) return error;
  return saying(error, "No migration was executed.");
}

/** What fails between the permit and the run: the snapshot that was taken for it stands, and the next run can make do with it. */
export async function naming<T>(permit: Permit | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (permit?.wayBack.kind !== "snapshot" || !(error instanceof Failure)) throw error;
    if (error.category === "interrupted") throw error;
    const { id } = permit.wayBack.snapshot;
    const hint =
      `${error.hint ?? ""}\nThe snapshot will do for the next run, with --reuse-snapshot 1h.`.trim();
    throw saying(error, `Snapshot ${id} is there; no migration was executed.`, hint);
  }
}

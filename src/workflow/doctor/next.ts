import type { Target } from "../../config/target.js";
import { codecFor } from "../../contract/codec.js";

/** What to type once nothing is in the way. A contract without a read has no status; there a run is the first that is heard of it. */
export function nextCommand({ contract, stage }: Pick<Target, "contract" | "stage">): string {
  const command = codecFor(contract).unsupported.status === undefined ? "status" : "run";
  return `migrate-remote ${command} --stage ${stage}`;
}

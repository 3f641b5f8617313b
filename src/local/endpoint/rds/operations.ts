import type { Operation } from "../answer.js";
import { databaseOperations } from "./databases.js";
import { restoreOperations } from "./restore.js";
import { snapshotOperations } from "./snapshots.js";
import { tagOperations } from "./tags.js";
import { terms } from "./terms.js";

/** RDS as far as a way back from a migration needs it. */
export const rdsOperations: Record<string, Operation> = {
  ...databaseOperations,
  ...snapshotOperations(terms.instance),
  ...snapshotOperations(terms.cluster),
  ...restoreOperations,
  ...tagOperations,
};

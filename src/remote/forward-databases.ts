import type { Databases } from "./databases.js";

/** Makes one call on whatever databases stand behind. `write`: sent twice it may not do the same twice. */
export type DatabasesCall = <T>(
  work: (databases: Databases) => Promise<T>,
  kind: "read" | "write",
) => Promise<T>;

/** Databases that are found anew for each call: loaded late, or opened again. */
export function forwardDatabases(call: DatabasesCall): Databases {
  return {
    describe: (database, options) => call((to) => to.describe(database, options), "read"),
    recoveryWindow: (database, options) => call((to) => to.recoveryWindow(database, options), "read"),
    snapshots: (database, options) => call((to) => to.snapshots(database, options), "read"),
    snapshot: (reference, options) => call((to) => to.snapshot(reference, options), "read"),
    behindProxy: (host, options) => call((to) => to.behindProxy(host, options), "read"),
    // The same tags twice are the same tags.
    tagSnapshot: (snapshot, tags, options) => call((to) => to.tagSnapshot(snapshot, tags, options), "read"),
    createSnapshot: (request, options) => call((to) => to.createSnapshot(request, options), "write"),
    deleteSnapshot: (reference, options) => call((to) => to.deleteSnapshot(reference, options), "write"),
    restore: (request, options) => call((to) => to.restore(request, options), "write"),
    completeRestore: (request, options) => call((to) => to.completeRestore(request, options), "write"),
  };
}

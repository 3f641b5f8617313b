import type { Snapshot } from "../../remote/databases.js";

const available = Symbol("available");

/** A snapshot that was seen to be `available`. Only this file can make one, so whoever has one knows it. */
export type AvailableSnapshot = Snapshot & { readonly [available]: true };

export function asAvailable(snapshot: Snapshot): AvailableSnapshot | undefined {
  return snapshot.status === "available" ? { ...snapshot, [available]: true } : undefined;
}

import { withClient } from "../postgres/connect.js";
import { type Place, samePlace } from "./address.js";
import { type Discarding, discard, isThere } from "./discard.js";
import type { RestoredRecord, SnapshotRecord } from "./records.js";
import { databasesIn, type Server } from "./server.js";
import type { Store } from "./store.js";

/** What a keeper was making when it was killed has failed. Nothing fails that was once available. */
export function recover(store: Store): void {
  for (const record of [...store.all("snapshot"), ...store.all("restored")]) {
    if (record.status === "creating") store.update(record, { status: "failed" });
  }
  // A member is nothing but a name.
  for (const record of store.all("member")) {
    if (record.status === "creating") store.update(record, { status: "available" });
  }
}

/** A restored database that a stage has as its own is the stage's from then on, whether the stage is open or not. */
export function handOver(places: Place[], store: Store, log: (line: string) => void): void {
  for (const record of store.all("restored")) {
    const { server, name: database, identifier } = record;
    if (database === undefined || !places.some((place) => samePlace(place, { server, database }))) continue;
    log(`rds: restored ${identifier} is forgotten: a stage uses its database ${database}`);
    forget(record, store);
  }
}

/**
 * Drops what was half made or half deleted, and forgets what was available and is not there any more under its name: somebody has
 * renamed or dropped it, or began with an empty cluster. What is forgotten is never dropped.
 */
export async function settleServer(
  name: string,
  server: Server,
  store: Store,
  discarding: Discarding,
): Promise<void> {
  const records = [...store.all("snapshot"), ...store.all("restored")].filter(
    (record) => record.server === name,
  );
  if (records.length === 0) return;
  const databases = await withClient(server.url, databasesIn);
  for (const record of records) {
    if (record.status === "failed" || record.status === "deleting") {
      const end = await discard(server, record, discarding);
      if (record.status === "deleting" || end === "spared") forget(record, store);
    }
    if (record.status === "available" && !isThere(record, databases)) {
      const database = record.type === "snapshot" ? record.copy : record.name;
      discarding.log(
        `rds: ${record.type} ${record.identifier} is forgotten: there is no database ${database} any more, or it is another one`,
      );
      forget(record, store);
    }
  }
}

/** A cluster's instances are nothing without it. */
export function forget(record: SnapshotRecord | RestoredRecord, store: Store): void {
  store.remove(record);
  if (record.type !== "restored" || record.kind !== "cluster") return;
  for (const member of store.all("member")) {
    if (member.cluster === record.identifier) store.remove(member);
  }
}

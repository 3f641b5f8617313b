import { withClient } from "../postgres/connect.js";
import { discard } from "./christen.js";
import { draftOf, type RestoredRecord, type SnapshotRecord } from "./records.js";
import type { Server } from "./server.js";
import type { Store } from "./store.js";

/** What a keeper was making when it was killed has failed. */
export function recover(store: Store): void {
  for (const record of [...store.all("snapshot"), ...store.all("restored")]) {
    if (record.status === "creating") store.update(record, { status: "failed" });
  }
  // A member is nothing but a name.
  for (const record of store.all("member")) {
    if (record.status === "creating") store.update(record, { status: "available" });
  }
}

/** Drops what was half made or half deleted, and marks as failed what is not there any more (somebody began with an empty cluster). */
export async function settleServer(
  name: string,
  server: Server,
  store: Store,
  log: (line: string) => void,
): Promise<void> {
  const records = [...store.all("snapshot"), ...store.all("restored")].filter(
    (record) => record.server === name,
  );
  if (records.length === 0) return;
  const databases = await databasesOf(server);
  for (const record of records) {
    if (record.status === "failed" || record.status === "deleting") await discard(server, draftOf(record));
    if (record.status === "deleting") store.remove(record);
    if (record.status === "available" && !databases.has(databaseOf(record))) {
      log(`rds: the database of ${record.type} ${record.identifier} is gone`);
      store.update(record, { status: "failed" });
    }
  }
}

function databaseOf(record: SnapshotRecord | RestoredRecord): string {
  return record.type === "snapshot" ? record.copy : (record.name ?? record.draft);
}

async function databasesOf({ url }: Server): Promise<Set<string>> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ datname: string }>("SELECT datname FROM pg_catalog.pg_database");
    return new Set(rows.map(({ datname }) => datname));
  });
}

import type pg from "pg";
import { withClient } from "../postgres/connect.js";
import { isNameFor } from "./christen.js";
import { draftOf, type RestoredRecord, type SnapshotRecord } from "./records.js";
import { databasesIn, endSessionsOf, removeDatabase, type Server } from "./server.js";

export interface Discarding {
  /** Databases of stages, whatever their server: they are nobody's to drop. */
  inUse: () => ReadonlySet<string>;
  log: (line: string) => void;
}

/**
 * Ends what may still be at work on a record's database and drops it: only under a name that we have given it, only what bears that
 * name since we gave it, and never what a stage uses. People take a restored database over by giving it another name, or another one its.
 *
 * @returns `spared` when a stage uses it: then it is that stage's, and the record is to be forgotten
 */
export async function discard(
  { url }: Server,
  record: SnapshotRecord | RestoredRecord,
  { inUse, log }: Discarding,
): Promise<"spared" | "done"> {
  return withClient(url, async (client) => {
    await endSessionsOf(client, draftOf(record));
    const names = await namesOf(client, record);
    const spared = names.filter((name) => inUse().has(name));
    for (const name of spared) log(`rds: ${name} was not dropped: a stage uses it`);
    for (const name of names) if (!inUse().has(name)) await removeDatabase(client, name, log);
    if (names.length === 0 && "name" in record) {
      log(
        `rds: no database was dropped for restored ${record.identifier}: what was restored is not called ${record.name} any more`,
      );
    }
    return spared.length > 0 ? "spared" : "done";
  });
}

/** Whether the database that came of it is there, as it was named. */
export function isThere(record: SnapshotRecord | RestoredRecord, databases: Map<string, string>): boolean {
  if (record.type === "snapshot") return databases.has(record.copy);
  const { name, oid } = record;
  return name !== undefined && oid !== undefined && databases.get(name) === oid;
}

async function namesOf(client: pg.Client, record: SnapshotRecord | RestoredRecord): Promise<string[]> {
  const databases = await databasesIn(client);
  if (record.type === "snapshot") return isThere(record, databases) ? [record.copy] : [];
  if (record.name !== undefined) return isThere(record, databases) ? [record.name] : [];
  // It was never available: a draft, or named a moment before the keeper was killed.
  const { draft, oid, identifier } = record;
  return [...databases]
    .filter(([name, itsOid]) => name === draft || (itsOid === oid && isNameFor(identifier, name)))
    .map(([name]) => name);
}

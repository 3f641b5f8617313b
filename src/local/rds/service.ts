import { randomBytes } from "node:crypto";
import { messageOf } from "../errors.js";
import type { FunctionDefinition } from "../functions.js";
import type { Usage } from "../keeper/usage.js";
import { withClient } from "../postgres/connect.js";
import { type Place, placeOf } from "./address.js";
import { christen } from "./christen.js";
import { copyDatabase } from "./copy-database.js";
import { discard } from "./discard.js";
import { createJobs } from "./jobs.js";
import { type KnownDatabase, knownDatabases } from "./known.js";
import {
  draftOf,
  type Facts,
  type MemberRecord,
  type RestoredRecord,
  type SnapshotRecord,
  type StageRecord,
  type Tag,
} from "./records.js";
import { forget, handOver, recover, settleServer } from "./recover.js";
import { databasesIn, measure, type Server } from "./server.js";
import { openStore } from "./store.js";

/** What RDS does here. Who calls has seen to it that the act makes sense; what takes time goes on after the call. */
export interface Rds {
  databases(): KnownDatabase[];
  snapshots(): SnapshotRecord[];
  members(): MemberRecord[];
  stages(): StageRecord[];
  /** 0 to 100. */
  percentOf(snapshot: SnapshotRecord): number;
  /** What its server says of it now; undefined when nothing answers. */
  look(place: Place): Promise<(Facts & { host: string }) | undefined>;
  createSnapshot(order: SnapshotOrder): SnapshotRecord;
  /** @throws what PostgreSQL says; then it can be asked for again */
  deleteSnapshot(snapshot: SnapshotRecord): Promise<void>;
  restore(order: RestoreOrder): RestoredRecord;
  deleteRestored(record: RestoredRecord): void;
  addMember(member: Pick<MemberRecord, "identifier" | "cluster" | "tags" | "settings">): MemberRecord;
  removeMember(member: MemberRecord): void;
  tag(record: SnapshotRecord | RestoredRecord | MemberRecord | StageRecord, tags: Tag[]): void;
  /** Settles what a keeper that was killed left, as far as its servers answer. */
  settle(): void;
  stop(): void;
}

export interface SnapshotOrder {
  identifier: string;
  of: KnownDatabase & { place: Place };
  facts: Facts;
  tags: Tag[];
}

export interface RestoreOrder {
  identifier: string;
  snapshot: SnapshotRecord;
  settings: Record<string, unknown>;
  tags: Tag[];
}

export interface RdsSettings {
  folder: string;
  functions: () => FunctionDefinition[];
  /** Makes sure that the server answers, if it is ours. Rejects where nobody has said its URL. */
  reach: (server: string) => Promise<Server>;
  /** Ends the idle handlers of functions on this database. */
  retireHandlers: (place: Place) => Promise<void>;
  usage: Usage;
  log: (line: string) => void;
}

/** Nothing is made at once in RDS, and callers shall see it being made. */
const leastMs = 1_000;
/** How long sessions at work are waited for. */
const patienceMs = 60_000;
/** Of copying, for an estimate. */
const bytesPerMs = 200_000;

export function createRds(settings: RdsSettings): Rds {
  const { reach, log } = settings;
  const store = openStore(settings.folder, log);
  const jobs = createJobs(settings.usage, (name, error) => log(`rds: ${name} failed: ${messageOf(error)}`));
  const stopping = new AbortController();
  const copyingSince = new Map<string, number>();
  const settled = new Set<string>();
  const places = (): Place[] => settings.functions().map(placeOf);
  const inUse = (): Set<string> => new Set(places().map(({ database }) => database));
  recover(store);

  /** What is being made when the keeper stops stays `creating` in its file; the next keeper says `failed`. */
  async function making(
    record: SnapshotRecord | RestoredRecord,
    work: () => Promise<{ name?: string }>,
  ): Promise<void> {
    const draft = draftOf(record);
    try {
      const found = await work();
      await new Promise((resolve) => setTimeout(resolve, Date.parse(record.created) + leastMs - Date.now()));
      // Both at once: what has a name in its record was available, and is nobody's to drop because of what a kill left.
      store.update(record, { ...found, status: "available" });
    } catch (error) {
      if (stopping.signal.aborted) return;
      log(`rds: ${record.type} ${record.identifier} failed: ${messageOf(error)}`);
      store.update(record, { status: "failed" });
      const now = store.all(record.type).find((one) => draftOf(one) === draft) ?? record;
      const end = await discard(await reach(record.server), now, { inUse, log });
      if (end === "spared") forget(record, store);
    } finally {
      copyingSince.delete(draft);
    }
  }

  async function dropRestored(record: RestoredRecord): Promise<void> {
    await discard(await reach(record.server), record, { inUse, log });
    forget(record, store);
  }

  return {
    databases: () => knownDatabases(settings.functions(), store),
    snapshots: () => store.all("snapshot"),
    members: () => store.all("member"),
    stages: () => store.all("stage"),
    percentOf({ status, copy, facts }) {
      const since = copyingSince.get(copy);
      if (status !== "creating") return status === "available" ? 100 : 0;
      const expected = Math.max(leastMs, facts.bytes / bytesPerMs);
      return since === undefined ? 0 : Math.min(99, Math.floor(((Date.now() - since) / expected) * 100));
    },
    async look({ server, database }) {
      const reached = await reach(server).catch(() => undefined);
      return reached && measure(reached, database);
    },
    createSnapshot({ identifier, of, facts, tags }) {
      const copy = `migrate_remote_snapshot_${randomBytes(8).toString("hex")}`;
      const { kind, place } = of;
      const record: SnapshotRecord = {
        ...{ type: "snapshot", kind, identifier, source: of.identifier, server: place.server, facts, copy },
        ...{ status: "creating", created: new Date().toISOString(), tags },
      };
      store.put(record);
      jobs.begin(copy, () =>
        making(record, async () => {
          await copyDatabase({
            reach: () => reach(place.server),
            from: place.database,
            to: copy,
            retireHandlers: () => settings.retireHandlers(place),
            onCopying: () => copyingSince.set(copy, Date.now()),
            patienceMs,
            signal: stopping.signal,
            log,
          });
          return {};
        }),
      );
      return record;
    },
    async deleteSnapshot(snapshot) {
      store.update(snapshot, { status: "deleting" });
      await discard(await reach(snapshot.server), snapshot, { inUse, log });
      store.remove(snapshot);
    },
    restore({ identifier, snapshot, settings, tags }) {
      const { kind, server, facts } = snapshot;
      const draft = `migrate_remote_restore_${randomBytes(8).toString("hex")}`;
      const record: RestoredRecord = {
        ...{ type: "restored", kind, identifier, snapshot: snapshot.identifier, server, facts, draft },
        ...{ status: "creating", created: new Date().toISOString(), settings, tags },
      };
      store.put(record);
      jobs.begin(draft, () =>
        making(record, async () => {
          const reached = () => reach(server);
          const { signal } = stopping;
          await copyDatabase({ reach: reached, from: snapshot.copy, to: draft, patienceMs, signal, log });
          const oid = (await withClient((await reached()).url, databasesIn)).get(draft);
          if (oid === undefined) throw new Error(`database ${draft} was dropped by somebody`);
          // Before it has another name: so it is known again, should we be killed in between.
          store.update(record, { oid });
          return { name: await christen(await reached(), draft, identifier) };
        }),
      );
      return record;
    },
    deleteRestored(record) {
      store.update(record, { status: "deleting" });
      jobs.begin(`delete ${record.draft}`, () => dropRestored(record));
    },
    addMember(member) {
      const record: MemberRecord = {
        ...{ type: "member", status: "creating", created: new Date().toISOString(), ...member },
      };
      store.put(record);
      setTimeout(() => store.update(record, { status: "available" }), leastMs).unref();
      return record;
    },
    removeMember: (member) => store.remove(member),
    tag(record, tags) {
      const added = new Set(tags.map(({ key }) => key));
      const kept = record.tags.filter(({ key }) => !added.has(key));
      store.put({ ...record, tags: [...kept, ...tags] });
    },
    settle() {
      handOver(places(), store, log);
      for (const server of new Set(places().map((place) => place.server))) {
        if (settled.has(server)) continue;
        jobs.begin(`settle ${server}`, async () => {
          await settleServer(server, await reach(server), store, { inUse, log });
          settled.add(server);
        });
      }
    },
    stop: () => stopping.abort(),
  };
}

import * as z from "zod";

const tag = z.object({ key: z.string(), value: z.string() });
export type Tag = z.infer<typeof tag>;

const kind = z.enum(["instance", "cluster"]);
export type Kind = z.infer<typeof kind>;

const status = z.enum(["creating", "available", "failed", "deleting"]);

const common = {
  identifier: z.string().min(1),
  status,
  /** ISO 8601. */
  created: z.string(),
  tags: z.array(tag),
};

/** Which server: `embedded`, or `host:port` of a server of the user's own, whose URL (it has a password) is never written down. */
const server = z.string().min(1);

/** What the server said when the record was made. */
const facts = z.object({ version: z.string(), user: z.string(), port: z.int(), bytes: z.number() });
export type Facts = z.infer<typeof facts>;

const snapshot = z.object({
  ...common,
  type: z.literal("snapshot"),
  kind,
  /** The identifier of what it was taken of. */
  source: z.string(),
  server,
  facts,
  /** The database that is the copy; a name that nothing else has. */
  copy: z.string().min(1),
});
/** A snapshot: a copy of a database in the same server. */
export type SnapshotRecord = z.infer<typeof snapshot>;

const settings = z.record(z.string(), z.unknown());

const restored = z.object({
  ...common,
  type: z.literal("restored"),
  kind,
  snapshot: z.string(),
  server,
  facts,
  /** Its name while it is made; nothing else has it. */
  draft: z.string().min(1),
  /** PostgreSQL's own number of it, once it is copied. It stays whatever the database is called. */
  oid: z.string().optional(),
  /** What the database was called when it became available; absent as long as it never was. */
  name: z.string().optional(),
  /** What the restoring call said of it: subnet group, class and the like. */
  settings,
});
/** An instance or a cluster that was restored: a database of its own. */
export type RestoredRecord = z.infer<typeof restored>;

const member = z.object({ ...common, type: z.literal("member"), cluster: z.string(), settings });
/** An instance that was put into a restored cluster: nothing but a name. */
export type MemberRecord = z.infer<typeof member>;

const stageTags = z.object({ ...common, type: z.literal("stage"), kind });
/** The tags of a stage's own database. */
export type StageRecord = z.infer<typeof stageTags>;

export const recordSchema = z.discriminatedUnion("type", [snapshot, restored, member, stageTags]);
export type RdsRecord = z.infer<typeof recordSchema>;

/** The name that nothing else has: of the copy itself, or of what becomes a restored database. */
export function draftOf(record: SnapshotRecord | RestoredRecord): string {
  return record.type === "snapshot" ? record.copy : record.draft;
}

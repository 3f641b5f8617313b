import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readIfExists, writePrivateFile } from "../files.js";
import { type RdsRecord, recordSchema } from "./records.js";

/** What RDS knows besides the stages, a private file a record; the keeper owns the folder, so what was read once stays true. */
export interface Store {
  all<T extends RdsRecord["type"]>(type: T): Extract<RdsRecord, { type: T }>[];
  put(record: RdsRecord): void;
  /** Changes a record that may have been changed meanwhile; nothing happens when it is gone. */
  update<T extends RdsRecord>(record: T, changes: Partial<Omit<T, "type" | "identifier" | "kind">>): void;
  remove(record: RdsRecord): void;
}

/** @param log told of files that cannot be read; they stay as they are */
export function openStore(folder: string, log: (line: string) => void): Store {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const records = new Map<string, RdsRecord>();
  for (const name of readdirSync(folder)) {
    if (name.endsWith(".tmp")) rmSync(join(folder, name), { force: true });
    if (!name.endsWith(".json")) continue;
    const record = parse(readIfExists(join(folder, name)));
    if (record && fileOf(record) === name) records.set(name, record);
    else log(`rds/${name} is damaged and is passed over`);
  }

  function put(record: RdsRecord): void {
    writePrivateFile(join(folder, fileOf(record)), `${JSON.stringify(record, null, 2)}\n`);
    records.set(fileOf(record), record);
  }

  return {
    put,
    all: <T extends RdsRecord["type"]>(type: T) =>
      [...records.values()]
        .filter((record): record is Extract<RdsRecord, { type: T }> => record.type === type)
        .sort((a, b) => (a.identifier < b.identifier ? -1 : 1)),
    update(record, changes) {
      const current = records.get(fileOf(record));
      if (current) put({ ...current, ...changes } as RdsRecord);
    },
    remove(record) {
      rmSync(join(folder, fileOf(record)), { force: true });
      records.delete(fileOf(record));
    },
  };
}

/** An identifier may be longer than a file's name. */
function fileOf(record: RdsRecord): string {
  const kind = "kind" in record ? record.kind : "instance";
  const hash = createHash("sha256").update(record.identifier).digest("hex").slice(0, 24);
  return `${record.type}-${kind}-${hash}.json`;
}

function parse(text: string | undefined): RdsRecord | undefined {
  try {
    return recordSchema.safeParse(JSON.parse(text ?? "null")).data;
  } catch {
    return undefined;
  }
}

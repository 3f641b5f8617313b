import type { FunctionDefinition } from "../functions.js";
import { type Place, placeOf, samePlace } from "./address.js";
import type { Kind, RestoredRecord } from "./records.js";
import type { Store } from "./store.js";

/** An instance or a cluster that has a database: a stage's own, or a restored one. */
export interface KnownDatabase {
  kind: Kind;
  identifier: string;
  status: string;
  /** Absent while it is being made. */
  place?: Place;
  /** Absent for a stage's own. */
  record?: RestoredRecord;
}

export function knownDatabases(functions: FunctionDefinition[], store: Store): KnownDatabase[] {
  const known: KnownDatabase[] = [];
  for (const definition of functions) {
    if (!definition.instance) continue;
    const { kind } = definition.instance;
    const identifier = definition.instance.identifier.toLowerCase();
    const place = placeOf(definition);
    const same = known.some((other) => isSame(other, { kind, identifier, place }));
    if (!same) known.push({ kind, identifier, place, status: "available" });
  }
  for (const record of store.all("restored")) {
    const { kind, identifier, status, server, name } = record;
    const place = name === undefined || status === "failed" ? undefined : { server, database: name };
    // A stage that goes by the restored one's name and database has taken it over.
    const taken = known.some((other) => place && isSame(other, { kind, identifier, place }));
    if (!taken) known.push({ kind, identifier, status, record, ...(place && { place }) });
  }
  const making = store.all("snapshot").filter(({ status }) => status === "creating");
  return known.map((database) => {
    const busy = making.some(({ kind, source }) => kind === database.kind && source === database.identifier);
    return busy ? { ...database, status: "backing-up" } : database;
  });
}

function isSame(one: KnownDatabase, other: { kind: Kind; identifier: string; place: Place }): boolean {
  return (
    one.kind === other.kind &&
    one.identifier === other.identifier &&
    one.place !== undefined &&
    samePlace(one.place, other.place)
  );
}

import type { SnapshotRecord } from "../../rds/records.js";
import type { Rds } from "../../rds/service.js";
import type { Operation } from "../answer.js";
import { findDatabase, findSnapshot } from "./find.js";
import { gib, resourceId, vpc, zone } from "./furnishings.js";
import { instancesOf, tagList } from "./instances.js";
import { arnOf, invalid, parseRds, select } from "./parameters.js";
import { snapshotParameters } from "./snapshot-parameters.js";
import { refusal, type Terms } from "./terms.js";

/** Create, Describe and Delete of the snapshots of one kind; the two kinds differ in names only. */
export function snapshotOperations(terms: Terms): Record<string, Operation> {
  const schemas = snapshotParameters[terms.kind];
  const filters: Record<string, (record: SnapshotRecord) => string[]> = {
    [terms.databaseFilter]: ({ source }) => [source, arnOf(terms.databaseType, source)],
    [terms.snapshotFilter]: ({ identifier }) => [identifier],
    "snapshot-type": () => ["manual"],
    engine: () => [terms.engine],
    ...(terms.kind === "instance" && {
      "dbi-resource-id": ({ source }: SnapshotRecord) => [resourceId("db", source)],
    }),
  };

  return {
    async [`Create${terms.snapshot}`](parameters, { rds }) {
      const { name, of, tags } = parseRds(schemas.create, parameters);
      refuseMember(terms, rds, of);
      const { place } = findDatabase(terms, rds, of);
      const facts = place && (await rds.look(place));
      // Nothing is awaited from here on: of two at once one is first.
      const found = findDatabase(terms, rds, of);
      if (rds.snapshots().some(({ kind, identifier }) => kind === terms.kind && identifier === name)) {
        const message = `Cannot create the snapshot because a snapshot with the identifier ${name} already exists.`;
        throw refusal(terms, "snapshotExists", message);
      }
      if (found.status !== "available" || !found.place || !facts) {
        const message = `Cannot create a snapshot because the database ${terms.kind} ${of} is not currently in the available state.`;
        throw refusal(terms, "databaseState", message);
      }
      const order = { identifier: name, of: { ...found, place: found.place }, facts, tags };
      return { [terms.snapshot]: view(terms, rds.createSnapshot(order), rds) };
    },

    [`Describe${terms.snapshot}s`](parameters, { rds }) {
      const { name, of, resource, ...wanted } = parseRds(schemas.describe, parameters);
      if (name !== undefined) findSnapshot(terms, rds, name);
      const records = rds.snapshots().filter(({ kind, source, identifier }) => {
        return (
          wanted.SnapshotType === "manual" &&
          kind === terms.kind &&
          [source, undefined].includes(of) &&
          [identifier, undefined].includes(name) &&
          [resourceId(terms.resourcePrefix, source), undefined].includes(resource)
        );
      });
      const { items, Marker } = select(records, wanted, filters);
      const views = items.map((record) => view(terms, record, rds));
      return { [`${terms.snapshot}s`]: { [terms.snapshot]: views }, Marker };
    },

    async [`Delete${terms.snapshot}`](parameters, { rds }) {
      const record = findSnapshot(terms, rds, parseRds(schemas.delete, parameters).name);
      const restoring = rds.databases().some(({ kind, status, record: made }) => {
        return kind === terms.kind && status === "creating" && made?.snapshot === record.identifier;
      });
      if (record.status === "creating" || restoring) {
        const message = `Cannot delete the snapshot because it is being ${restoring ? "restored" : "created"}.`;
        throw refusal(terms, "snapshotState", message);
      }
      await rds.deleteSnapshot(record);
      return { [terms.snapshot]: { ...view(terms, record, rds), Status: "deleted" } };
    },
  };
}

function refuseMember({ kind }: Terms, rds: Rds, name: string): void {
  const instance = kind === "instance" && instancesOf(rds).find(({ identifier }) => identifier === name);
  if (!instance || instance.cluster === undefined) return;
  throw invalid(
    "The specified instance is a member of a cluster and a snapshot cannot be created directly. Please use the CreateDBClusterSnapshot API instead.",
  );
}

function view(terms: Terms, record: SnapshotRecord, rds: Rds) {
  const { identifier, source, facts } = record;
  const common = {
    SnapshotCreateTime: record.created,
    Engine: terms.engine,
    EngineVersion: facts.version,
    AllocatedStorage: gib(facts.bytes),
    Status: record.status,
    PercentProgress: rds.percentOf(record),
    Port: facts.port,
    VpcId: vpc,
    MasterUsername: facts.user,
    LicenseModel: "postgresql-license",
    SnapshotType: "manual",
    IAMDatabaseAuthenticationEnabled: false,
    TagList: tagList(record.tags),
    [`${terms.snapshot}Identifier`]: identifier,
    [`${terms.snapshot}Arn`]: arnOf(terms.snapshotType, identifier),
    [`${terms.database}Identifier`]: source,
  };
  if (terms.kind === "cluster") {
    return {
      ...common,
      AvailabilityZones: { AvailabilityZone: [zone] },
      DbClusterResourceId: resourceId("cluster", source),
      EngineMode: "provisioned",
      StorageEncrypted: false,
      StorageType: "aurora",
    };
  }
  return {
    ...common,
    OriginalSnapshotCreateTime: record.created,
    AvailabilityZone: zone,
    DbiResourceId: resourceId("db", source),
    Encrypted: false,
    StorageType: "gp3",
  };
}

import * as z from "zod";
import type { Kind, MemberRecord, RestoredRecord, SnapshotRecord, StageRecord } from "../../rds/records.js";
import type { Rds } from "../../rds/service.js";
import type { Operation } from "../answer.js";
import { clustersOf } from "./clusters.js";
import { findDatabase, findSnapshot } from "./find.js";
import { instancesOf, tagList, tagsOfStage } from "./instances.js";
import { invalid, listing, parseRds, tags } from "./parameters.js";
import { refusal, terms } from "./terms.js";

type Tagged = SnapshotRecord | RestoredRecord | MemberRecord | StageRecord;

export const tagOperations: Record<string, Operation> = {
  AddTagsToResource(parameters, { rds }) {
    const { ResourceName, Tags } = parseRds(
      z.strictObject({ ResourceName: z.string(), Tags: tags }),
      parameters,
    );
    const record = resourceOf(ResourceName, rds);
    const all = new Set([...record.tags, ...Tags].map(({ key }) => key));
    if (all.size > 50) throw invalid("A resource cannot have more than 50 tags.");
    rds.tag(record, Tags);
    return undefined;
  },

  ListTagsForResource(parameters, { rds }) {
    const schema = z.strictObject({ ResourceName: z.string(), Filters: listing.Filters });
    const { ResourceName, Filters } = parseRds(schema, parameters);
    if (Filters.length > 0) throw invalid("Filters are not supported in this call.");
    return { TagList: tagList(resourceOf(ResourceName, rds).tags) };
  },
};

function resourceOf(arn: string, rds: Rds): Tagged {
  const [, type, rest = ""] = /^arn:aws:rds:[^:]*:\d{12}:([a-z-]+):([^:]+)$/.exec(arn) ?? [];
  const name = rest.toLowerCase();
  if (type === "snapshot") return findSnapshot(terms.instance, rds, name);
  if (type === "cluster-snapshot") return findSnapshot(terms.cluster, rds, name);
  if (type === "cluster") {
    findDatabase(terms.cluster, rds, name);
    return (
      clustersOf(rds).find(({ identifier }) => identifier === name)?.record ?? stage("cluster", name, rds)
    );
  }
  if (type !== "db") throw invalid(`Invalid resource name: ${arn}`);
  const instance = instancesOf(rds).find(({ identifier }) => identifier === name);
  if (!instance) throw refusal(terms.instance, "databaseNotFound", `DBInstance ${name} not found.`);
  return instance.restored ?? instance.member ?? stage("instance", name, rds);
}

/** A stage is not made by a call, so its record is made when it is first tagged. */
function stage(kind: Kind, identifier: string, rds: Rds): StageRecord {
  const created = new Date().toISOString();
  const known = tagsOfStage(rds, kind, identifier);
  return { type: "stage", kind, identifier, status: "available", created, tags: known };
}

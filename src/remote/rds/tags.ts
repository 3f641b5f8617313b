import type { Tag } from "@aws-sdk/client-rds";
import type { Tags } from "../databases.js";
import { list, text } from "./values.js";

export function readTags(tags: Tag[] | undefined): Tags {
  return Object.fromEntries(
    list(tags).flatMap(({ Key, Value }) => {
      const key = text(Key);
      return key === undefined ? [] : [[key, text(Value) ?? ""]];
    }),
  );
}

export function writeTags(tags: Tags): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** Whether all of `wanted` are there; where nothing is wanted nothing is proved. */
export function carries(tags: Tags, wanted: Tags): boolean {
  const pairs = Object.entries(wanted);
  return pairs.length > 0 && pairs.every(([key, value]) => tags[key] === value);
}

import { createDecipheriv } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { isObject } from "../../contract/json.js";
import { type Refusal, refusal } from "../refusal.js";
import { type Credentials, type Environment, isSet } from "./credentials.js";

const names = ["DbConnStr", "DATABASE_URL", "DatabaseUrl"];

type Links = Record<string, unknown>;

/**
 * The database's secret that SST linked to the function: from a variable of its own (`SST_RESOURCE_<name>`), else from the one of all links
 * (`SST_RESOURCES_JSON`), else from the file `SST_KEY_FILE`, which is enciphered with `SST_KEY`.
 */
export function linkedSecret(environment: Environment): Credentials | undefined {
  for (const place of [ownVariables, oneVariable, encipheredFile]) {
    const links = place(environment);
    for (const name of names) {
      const link = links[name];
      const text = isObject(link) && typeof link.value === "string" ? link.value : undefined;
      if (isSet(text)) return { text, source: `the SST secret ${name}` };
    }
  }
  return undefined;
}

function ownVariables(environment: Environment): Links {
  const links: Links = {};
  for (const name of names) {
    const variable = `SST_RESOURCE_${name}`;
    const text = environment[variable];
    if (isSet(text)) links[name] = parseLinks(text, variable);
  }
  return links;
}

function oneVariable({ SST_RESOURCES_JSON: text }: Environment): Links {
  return isSet(text) ? parseLinks(text, "SST_RESOURCES_JSON") : {};
}

const tagLength = 16;

/** AES-256-GCM with a nonce of zeros, the tag behind the text. SST names the file for every function, linked to anything or not. */
function encipheredFile({ SST_KEY_FILE: file, SST_KEY: key }: Environment): Links {
  if (!isSet(file) || !isSet(key) || !existsSync(file)) return {};
  let text: string;
  try {
    const data = readFileSync(file);
    const options = { authTagLength: tagLength };
    const cipher = createDecipheriv("aes-256-gcm", Buffer.from(key, "base64"), Buffer.alloc(12), options);
    cipher.setAuthTag(data.subarray(-tagLength));
    text = Buffer.concat([cipher.update(data.subarray(0, -tagLength)), cipher.final()]).toString("utf8");
  } catch {
    throw unreadable("SST_KEY_FILE", "cannot be deciphered with SST_KEY");
  }
  return parseLinks(text, "SST_KEY_FILE");
}

function parseLinks(text: string, source: string): Links {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // No more than JSON of another kind.
  }
  throw unreadable(source, "is no JSON object");
}

function unreadable(source: string, why: string): Refusal {
  return refusal("configuration_error", `What ${source} holds ${why}. Nothing was done.`, {
    hint: "SST sets it when it deploys: deploy again with the secret linked to the function, or set DATABASE_URL on it.",
  });
}

import type { ClientSettings } from "../clients.js";
import type { Databases } from "../databases.js";

export function makeDatabases(_settings: ClientSettings): Databases {
  throw new Error("not there yet");
}

import type { EngineParts } from "./parts.js";

/** An engine for `createHandler`, made by `sql()` or `prisma()`. */
export interface Engine {
  /** Its name in reports. */
  readonly name: string;
  /** @internal */
  readonly parts: EngineParts;
}

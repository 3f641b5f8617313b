import { dirname } from "node:path";
import type { Context } from "../cli/context.js";
import type { RequiredHead } from "../workflow/deploy/heads.js";
import { usage } from "./option-values.js";

/** What `--require-head` asks for: the revision that it names, or the repository's own heads. Read before anything is sent. */
export async function requiredHead(
  context: Context,
  said: boolean | string | undefined,
  stage: string | undefined,
): Promise<RequiredHead | undefined> {
  if (said === undefined || said === false) return undefined;
  const { target, path } = await context.resolveStage(stage);
  const read = async () =>
    (await import("./repository-heads.js")).readRepository(dirname(path), target.package);
  if (typeof said === "string") {
    const inRepository = async () => {
      const found = await read();
      return "unknown" in found ? undefined : found.revisions;
    };
    return { from: "option", revision: said, inRepository };
  }
  const found = await read();
  if ("heads" in found) return { from: "repository", heads: found.heads };
  throw usage(
    `Which head the code must have cannot be told from the repository: ${found.unknown.replace(/\.$/, "")}. Nothing was sent.`,
    "Say it: --require-head REV; or say with `package` in .migraterc.json which migrations are packed.",
  );
}

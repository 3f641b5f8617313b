import { revisionsMeant } from "../../contract/revision-name.js";

/**
 * The head revisions that the code must have. `repository`: these and no others. `option`: that one among them, perhaps abbreviated; `inRepository` gives all
 * that the repository has, where that can be told.
 */
export type RequiredHead =
  | { from: "repository"; heads: string[] }
  | { from: "option"; revision: string; inRepository: () => Promise<string[] | undefined> };

export function hasRequiredHead(deployed: readonly string[], required: RequiredHead): boolean {
  if (required.from === "option") return revisionsMeant(deployed, required.revision).length > 0;
  return areHeads(deployed, required.heads);
}

/** In whatever order. */
export function areHeads(deployed: readonly string[], heads: readonly string[]): boolean {
  return deployed.length === heads.length && heads.every((head) => deployed.includes(head));
}

/** `004_index and 005_more`; empty lists have words too. */
export function headWords(heads: readonly string[]): string {
  if (heads.length < 2) return heads[0] ?? "no migrations";
  return `${heads.slice(0, -1).join(", ")} and ${heads.at(-1)}`;
}

/** A stage of this name is protected unless the file says false. */
export function isProtected(name: string, stage: { protected?: unknown }): boolean {
  if (typeof stage.protected === "boolean") return stage.protected;
  return /^prod(uction)?$/i.test(name);
}

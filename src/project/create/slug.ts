/** `add_invoices` for `Add invoices!`; undefined where nothing is left of it. */
export function slugOf(message: string): string | undefined {
  const plain = message.normalize("NFKD").replaceAll(/\p{M}/gu, "");
  const slug = plain
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "")
    .slice(0, 80)
    .replace(/_+$/, "");
  return slug === "" ? undefined : slug;
}

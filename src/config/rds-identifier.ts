/** What RDS takes as the identifier of an instance or a cluster. */
export function isIdentifier(text: string): boolean {
  return /^[a-z](-?[a-z0-9])*$/i.test(text) && text.length <= 63;
}

/** The nearest thing to `text` that RDS takes. */
export function fitIdentifier(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .replace(/^(?=\d)/, "db-")
    .slice(0, 63)
    .replace(/-+$/, "");
  return plain === "" ? "local" : plain;
}

import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";

/** Markdown as GitHub makes HTML of it, before it takes out what is dangerous. */
export function gfmToHtml(markdown: string): string {
  return micromark(markdown, {
    allowDangerousHtml: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
}

/** The names of all elements, and the addresses of all links. */
export function elementsOf(html: string): { names: Set<string>; links: string[] } {
  const tags = [...html.matchAll(/<\/?([a-zA-Z][\w-]*)([^>]*)>/g)];
  return {
    names: new Set(tags.map(([, name = ""]) => name.toLowerCase())),
    links: tags.flatMap(([, , attributes = ""]) => /(?:href|src)="([^"]*)"/.exec(attributes)?.[1] ?? []),
  };
}

/** How many cells each row of each table has. */
export function cellCounts(html: string): number[] {
  return [...html.matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([row]) => [...row.matchAll(/<t[hd]/g)].length);
}

/** What a reader sees. */
export function seen(html: string): string {
  return html
    .replace(/<br\s*\/?>/g, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/&#(\d+);/g, (_, number) => String.fromCodePoint(Number(number)))
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

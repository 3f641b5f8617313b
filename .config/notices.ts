// The notices of what is bundled: exactly the packages of which something stands in dist, each with its licence as it came.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { bundles, chunks, completionChunks } from "./bundles.mjs";

interface Package {
  name: string;
  version: string;
  licence: string;
  homepage: string;
  /** As the package ships it; undefined where it ships none. */
  text: string | undefined;
}

/** The text of docs/THIRD-PARTY-NOTICES.md. */
export async function thirdPartyNotices(): Promise<string> {
  const packages = (await bundledFolders()).map(readPackage).sort(byName);
  const texts = [...new Set(packages.map(({ text }) => text))];
  return `${[
    "# Third-party notices",
    "`npm run docs` makes this page from what esbuild has put into `dist`. The package migrate-remote itself is under the MIT licence; it contains:",
    table(packages),
    ...texts.flatMap((text) =>
      section(
        text,
        packages.filter((one) => one.text === text),
      ),
    ),
  ].join("\n\n")}\n`;
}

/** Every folder of a package of which at least a byte is in a bundle. */
async function bundledFolders(): Promise<string[]> {
  const results = await Promise.all(
    [...bundles, chunks, completionChunks].map((bundle) =>
      build({ ...bundle, write: false, metafile: true }),
    ),
  );
  const files = results.flatMap(({ metafile }) =>
    Object.values(metafile?.outputs ?? {}).flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
    ),
  );
  const folders = files.flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []);
  return [...new Set(folders)];
}

function readPackage(folder: string): Package {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const { name, version, license, homepage } = manifest;
  if (typeof license !== "string") throw new Error(`${name} does not say its licence`);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
  const text = file === undefined ? undefined : readFileSync(join(folder, file), "utf8");
  return {
    name,
    version,
    licence: license,
    homepage: homepage ?? `https://www.npmjs.com/package/${name}`,
    text: text
      ?.replace(/\r\n/g, "\n")
      .replace(/[ \t]+$/gm, "")
      .trim(),
  };
}

function byName(a: Package, b: Package): number {
  const [one, other] = [a, b].map(({ name, version }) => `${name} ${version}`);
  return (one ?? "") < (other ?? "") ? -1 : 1;
}

function table(packages: Package[]): string {
  const rows = packages.map(
    ({ name, version, licence, homepage }) => `| [${name}](${homepage}) | ${version} | ${licence} |`,
  );
  return ["| package | version | licence |", "| --- | --- | --- |", ...rows].join("\n");
}

/** One text serves all packages that have it word for word. */
function section(text: string | undefined, packages: Package[]): string[] {
  const names = packages.map(({ name, version }) => `${name} ${version}`).join(", ");
  if (text !== undefined) return [`## ${names}`, `\`\`\`text\n${text}\n\`\`\``];
  const licences = [...new Set(packages.map(({ licence }) => licence))].join(", ");
  return [`## ${names}`, `These ship no text of their licence (${licences}).`];
}

import { createHash } from "node:crypto";
import type { PackageConfig } from "../../config/package.js";
import { type BuildPlace, runBuild } from "./build.js";
import { collectFiles } from "./collect.js";
import type { LeftOut } from "./left-out.js";
import { zipFiles } from "./zip.js";

/** A function's code, ready to be sent. */
export interface Package {
  zip: Uint8Array;
  /** As Lambda tells it: SHA-256 of the zip, in base64. */
  codeSha256: string;
  /** In the zip's order. */
  files: PackedFile[];
  /** Unpacked. */
  bytes: number;
  leftOut: LeftOut[];
}

export interface PackedFile {
  path: string;
  bytes: number;
}

/** What packing tells on its way. */
export interface PackNews {
  /** The command that is run now. */
  onBuild: (command: string) => void;
  onPack: (files: number, bytes: number) => void;
}

export async function packHandler(
  wanted: PackageConfig,
  place: BuildPlace,
  { build, except, onBuild, onPack }: PackNews & { build: boolean; except?: string },
): Promise<Package> {
  if (build && wanted.build !== undefined) {
    onBuild(wanted.build);
    await runBuild(wanted.build, place);
  }
  const { files, leftOut } = await collectFiles(wanted, place.folder, except);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  onPack(files.length, bytes);
  const zip = await zipFiles(files, place.signal);
  return {
    zip,
    codeSha256: createHash("sha256").update(zip).digest("base64"),
    files: files.map(({ path, bytes }) => ({ path, bytes })),
    bytes,
    leftOut,
  };
}

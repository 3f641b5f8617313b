import type { BuildOptions } from "esbuild";

export const chunks: BuildOptions;
export const completionChunks: BuildOptions;
export const bundles: BuildOptions[];

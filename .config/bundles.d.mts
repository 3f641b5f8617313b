import type { BuildOptions } from "esbuild";

export const chunks: BuildOptions;
export const bundles: BuildOptions[];

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

/**
 * Prisma's schema engine, made into one WebAssembly instance the first time this module is imported. Its package imports its `.wasm` as
 * a module, which Node does only behind a flag, so it is put together here.
 */
const glue = "@prisma/schema-engine-wasm/schema_engine_bg";
const bindings = await import("@prisma/schema-engine-wasm/schema_engine_bg");
const path = createRequire(import.meta.url)
  .resolve(glue)
  .replace(/\.js$/, ".wasm");

/** The part of Node's globals that its types leave to the browser's. */
interface Globals {
  WebAssembly: {
    instantiate(
      bytes: Uint8Array,
      imports: Record<string, object>,
    ): Promise<{ instance: { exports: Record<string, unknown> } }>;
  };
  PRISMA_WASM_PANIC_REGISTRY?: { set_message(message: string): void };
}
const globals = globalThis as unknown as Globals;

// Where the engine leaves its message before it traps; whoever loaded another of Prisma's engines has made it already.
globals.PRISMA_WASM_PANIC_REGISTRY ??= { set_message: () => {} };

const imports = { "./schema_engine_bg.js": bindings };
const { instance } = await globals.WebAssembly.instantiate(await readFile(path), imports);
const { __wbg_set_wasm: connect } = bindings as unknown as { __wbg_set_wasm(exports: object): void };
connect(instance.exports);
(instance.exports.__wbindgen_start as () => void)();

export const SchemaEngine: unknown = bindings.SchemaEngine;

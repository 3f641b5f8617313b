import { isConnectionLost, serverError } from "../../database-error.js";
import { Refusal } from "../../refusal.js";
import type { Session } from "../../session.js";
import { type AdapterParts, adapterFactory } from "./adapter.js";
import { engineRefusal } from "./engine-error.js";
import { newEngine, type SchemaEngine } from "./wasm.js";

type Scripts = Pick<AdapterParts, "schema" | "executeScript">;

/**
 * Gives `act` Prisma's schema engine over the session. Throws what went wrong below the engine, as it was thrown there, or else a `Refusal`
 * that says what the engine has against it.
 */
export async function withEngine<T>(
  session: Session,
  { schema, executeScript }: Scripts,
  act: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  const below: { script?: unknown; engine?: unknown } = {};
  const onError: AdapterParts["onError"] = (error, where) => {
    below[where] = error;
  };
  await useSchema(session, schema);
  try {
    const engine = await newEngine(adapterFactory(session, { schema, executeScript, onError }));
    try {
      return await act(engine);
    } finally {
      engine.free();
    }
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if (below.script !== undefined) throw below.script;
    // Its own statements may fail and mean nothing: it asks for what need not be there.
    if (isConnectionLost(below.engine)) throw below.engine;
    throw engineRefusal(error) ?? (serverError(below.engine) === undefined ? error : below.engine);
  }
}

/** Prisma's connection works in one schema alone; names without a schema mean that one. */
export async function useSchema(session: Session, schema: string): Promise<void> {
  await session.query(
    "SELECT pg_catalog.set_config('search_path', pg_catalog.quote_ident($1::text), false)",
    [schema],
  );
}

/** No script may come where history alone is rewritten. */
export async function noScript(): Promise<void> {
  throw new Error("Prisma's engine wanted to execute a script while history was rewritten.");
}

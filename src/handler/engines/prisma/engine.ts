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
  let below: unknown;
  const onError = (error: unknown) => {
    below = error;
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
    if (below instanceof Refusal || isConnectionLost(below)) throw below;
    // The engine's own code is clearer: it asks for what need not be there.
    throw engineRefusal(error) ?? (serverError(below) === undefined ? error : below);
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

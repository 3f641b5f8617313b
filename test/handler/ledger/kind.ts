import type { FarSide } from "../../support/far-side.js";

/** One of our handlers, as what every one of them must pass asks it. */
export interface HandlerKind {
  engine: string;
  /** The engine's own table of what is applied. */
  history: string;
  farSide(url: string, migrations: Record<string, string>): Omit<FarSide, "handler">;
}

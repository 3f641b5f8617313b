/** How Prisma's engine wants every answer of an adapter, so that no exception has to cross WebAssembly. */
export type Result<T> = Ok<T> | Err;

interface Ok<T> extends Chained<T> {
  readonly ok: true;
  readonly value: T;
}

interface Err extends Chained<never> {
  readonly ok: false;
  readonly error: AdapterError;
}

interface Chained<T> {
  map<U>(change: (value: T) => U): Result<U>;
  flatMap<U>(change: (value: T) => Result<U>): Result<U>;
}

/** What the engine can tell apart; `GenericJs` is anything else. */
export type AdapterError =
  | {
      kind: "postgres";
      code: string;
      severity: string;
      message: string;
      detail: string | undefined;
      column: string | undefined;
      hint: string | undefined;
    }
  | { kind: "ConnectionClosed" }
  | { kind: "GenericJs"; id: number };

export function ok<T>(value: T): Result<T> {
  return { ok: true, value, map: (change) => ok(change(value)), flatMap: (change) => change(value) };
}

export function err(error: AdapterError): Err {
  const self: Err = { ok: false, error, map: () => self, flatMap: () => self };
  return self;
}

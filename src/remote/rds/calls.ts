import { RDSClient } from "@aws-sdk/client-rds";
import { type ClientSettings, readTimeout } from "../clients.js";
import { aws } from "../database-errors.js";
import type { CallOptions } from "../databases.js";
import { explainAwsError } from "../errors.js";
import type { DatabaseSubject } from "../explanation.js";

/** RDS takes seconds to accept what it begins to make. Milliseconds. */
const writeTimeout = { requestTimeout: 60_000 };

/** What every request of one call is sent with. */
export interface Sending {
  requestTimeout: number;
  abortSignal?: AbortSignal;
}

/** Sends requests of one operation. Whatever goes wrong comes back as a RemoteError that names operation and subject. */
export interface Rds {
  read<T>(
    operation: string,
    about: DatabaseSubject,
    options: CallOptions | undefined,
    work: Work<T>,
  ): Promise<T>;
  write<T>(
    operation: string,
    about: DatabaseSubject,
    options: CallOptions | undefined,
    work: Work<T>,
  ): Promise<T>;
  /** `aws rds …` for people, with where it goes. */
  typed(words: string): string;
}

type Work<T> = (client: RDSClient, sending: Sending) => Promise<T>;

export function makeRds(settings: ClientSettings): Rds {
  const client = new RDSClient(settings);
  const { region, profile, endpoint } = settings;
  const within =
    (timeout: { requestTimeout: number }): Rds["read"] =>
    async (operation, about, options, work) => {
      const signal = options?.signal;
      try {
        return await work(client, { ...timeout, ...(signal === undefined ? {} : { abortSignal: signal }) });
      } catch (error) {
        throw explainAwsError(error, { operation: `rds:${operation}`, about, region, profile, endpoint });
      }
    };
  return {
    read: within(readTimeout),
    write: within(writeTimeout),
    typed: (words) => aws({ region, profile, endpoint }, words),
  };
}

/** Every page's items. */
export async function everyPage<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...(itemsOf(page) ?? []));
  return items;
}

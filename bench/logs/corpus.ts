/** Log events as FilterLogEvents answers them, serialised once: a page is a slice of the bytes. */
export interface Corpus {
  count: number;
  /** Milliseconds since the epoch, in order. */
  timestamps: Float64Array;
  /** Every event's JSON with a comma behind it. */
  bytes: Buffer;
  /** Where each event begins in `bytes`; one more than there are events. */
  offsets: Float64Array;
}

const streams = Array.from(
  { length: 5 },
  (_, index) => `2026/11/20/[$LATEST]${String(index).repeat(8)}c0ffee00c0ffee00c0ffee00`,
);

const texts = [
  "GET /v1/orders/{n}?expand=items 200 in 31 ms, 14 rows from replica eu-west-1b, cache miss, 4312 bytes sent",
  "INFO applied revision {n} of 500000: create index concurrently orders_created_at_idx on orders (created_at)",
  "WARN pool orders-rw has 19 of 20 connections busy; request {n} waited 812 ms for one, which is longer than 500 ms",
  "DEBUG lease {n} renewed by worker ip-10-0-3-17 until 2026-11-20T10:00:30Z, 3 attempts left, jitter 211 ms",
];
/** What is not ASCII makes a whole page slower to read: one page in ten has some. */
const foreign =
  "ERROR order {n}: Straße „Am Hölzchen“ → not found; the postal service answered 404 in 12 ms 🙁";
const foreignEvery = 35_000;

/** `count` events from `since` to `until`, evenly but for a little unrest, over five streams. The same ones every time. */
export function makeCorpus(count: number, since: number, until: number): Corpus {
  const timestamps = new Float64Array(count);
  const offsets = new Float64Array(count + 1);
  const bytes = Buffer.allocUnsafeSlow(count * 400);
  const step = (until - since) / count;
  let position = 0;
  for (let index = 0; index < count; index += 1) {
    const timestamp = Math.floor(since + index * step + ((index * 7919) % 13) * (step / 13));
    const text = index % foreignEvery < 3500 && index % 50 === 0 ? foreign : (texts[index % 4] ?? "");
    const message = text.replace("{n}", String(index));
    const event = {
      logStreamName: streams[(index * 31) % 5],
      timestamp,
      message: `${message}\n`,
      ingestionTime: timestamp + 743,
      eventId: `39${String(index).padStart(54, "0")}`,
    };
    timestamps[index] = timestamp;
    offsets[index] = position;
    position += bytes.write(`${JSON.stringify(event)},`, position);
  }
  offsets[count] = position;
  return { count, timestamps, bytes: bytes.subarray(0, position), offsets };
}

export interface Page {
  /** The bytes of its events, without the last comma. */
  events: Buffer;
  /** The event that the next page begins with. */
  next: number | undefined;
}

export const mostEvents = 10_000;

/** The page that begins with event `from`: at most a mebibyte, 10,000 events, nothing after `endTime`. */
export function pageFrom(corpus: Corpus, from: number, endTime: number, size = 1024 * 1024): Page {
  const { offsets, bytes } = corpus;
  const begin = offsets[from] ?? 0;
  const end = firstAtLeast(corpus.timestamps, endTime + 1);
  const fits = firstAtLeast(offsets, begin + size) - 1;
  const to = Math.max(Math.min(end, fits, from + mostEvents), Math.min(from + 1, end));
  if (to <= from) return { events: Buffer.alloc(0), next: undefined };
  return { events: bytes.subarray(begin, (offsets[to] ?? 0) - 1), next: to < end ? to : undefined };
}

/** The first place in a rising list whose value is at least this; the list's length where there is none. */
export function firstAtLeast(rising: Float64Array, value: number): number {
  let low = 0;
  let high = rising.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rising[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

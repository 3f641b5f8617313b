import type { LogPage } from "../../remote/far-side.js";

/** How a past range is cut into parts that are fetched side by side. Times in milliseconds since the epoch. */
export interface Cut {
  /** Where the next part begins. */
  from: number;
  /** The last moment of the range, inclusive. */
  until: number;
  /** Known to be silent, from there on. */
  silence: number;
  /** How long the next part is to be, behind the silence. */
  span: number;
  /** The largest page. */
  fullPage: number;
}

/** Both ends are inclusive, as FilterLogEvents has them: no event is in two parts. */
export interface Part {
  startTime: number;
  endTime: number;
}

/** What came of a part. */
export interface Fetched {
  /** Its length without a silence known before. */
  span: number;
  pages: number;
  /** Of all its pages. */
  size: number;
  /** Of its largest page. */
  fullPage: number;
}

/** A part is to fit into one page; a second one with a few events in it costs a whole call. */
const aim = 0.9;
/** Of a range whose first page was empty though there is more: AWS had searched for as long as it does in one call. */
const blindParts = 16;
/** From one part to the next: what is dense here may be empty there. */
const steepest = 4;

/** Cuts a range by its first page. */
export function cutRange(since: number, until: number, page: LogPage): Cut {
  const common = { from: since, until, fullPage: sizeOf(page) };
  let first = Number.POSITIVE_INFINITY;
  let last = since;
  for (const events of page.batches?.() ?? [page.events]) {
    for (const { timestamp } of events) {
      first = Math.min(first, timestamp);
      last = Math.max(last, timestamp);
    }
  }
  if (first === Number.POSITIVE_INFINITY) {
    return { ...common, silence: 0, span: atLeastOne((until - since + 1) / blindParts) };
  }
  return { ...common, silence: Math.max(0, first - since), span: atLeastOne((last - first + 1) * aim) };
}

/** Without a size it is the number of events that pages are compared by; they are not made for this. */
export function sizeOf(page: LogPage): number {
  return page.size ?? page.events.length;
}

/** The next part and what is left behind it; undefined at the end. */
export function nextPart(cut: Cut): { part: Part; span: number; rest: Cut } | undefined {
  if (cut.from > cut.until) return undefined;
  const endTime = Math.min(cut.until, cut.from + cut.silence + cut.span - 1);
  const part = { startTime: cut.from, endTime };
  return { part, span: cut.span, rest: { ...cut, from: endTime + 1, silence: 0 } };
}

/** The parts that come next are as long as this one would have had to be to fill a page. */
export function learn(cut: Cut, { span, pages, size, fullPage }: Fetched): Cut {
  const fullest = Math.max(cut.fullPage, fullPage);
  // Several pages with little in them: it is the search that takes its time, as with a filter.
  const factor = pages > 1 && size <= fullest ? 1 / pages : (aim * fullest) / Math.max(1, size);
  const bounded = Math.min(steepest, Math.max(1 / steepest, factor));
  return { ...cut, fullPage: fullest, span: atLeastOne(span * bounded) };
}

function atLeastOne(span: number): number {
  return Math.max(1, Math.floor(span));
}

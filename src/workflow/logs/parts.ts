/** How a past range is cut into parts that are fetched side by side. Times in milliseconds since the epoch. */
export interface Cut {
  /** Where the next part begins. */
  from: number;
  /** The last moment of the range, inclusive. */
  until: number;
  /** How long the next part is to be. */
  span: number;
  /** The most events that came in one page. */
  fullPage: number;
}

/** Both ends are inclusive, as FilterLogEvents has them: no event is in two parts. */
export interface Part {
  startTime: number;
  endTime: number;
}

/** What came of a part. */
export interface Fetched {
  part: Part;
  pages: number;
  events: number;
  /** The most events that came in one of its pages. */
  fullPage: number;
}

/** A part is to fit into one page; a second one with a few events in it costs a whole call. */
const aim = 0.9;
/** Of a range whose first page was empty though there is more: AWS had searched for as long as it does in one call. */
const blindParts = 16;
/** From one part to the next: what is dense here may be empty there. */
const steepest = 4;

/** Cuts a range by its first page, of which only these times are looked at. */
export function cutRange(since: number, until: number, page: readonly { timestamp: number }[]): Cut {
  const covered = page.reduce((last, { timestamp }) => Math.max(last, timestamp - since + 1), 0);
  const whole = until - since + 1;
  const span = page.length === 0 ? whole / blindParts : covered * aim;
  return { from: since, until, span: atLeastOne(span), fullPage: page.length };
}

/** The next part and what is left behind it; undefined at the end. */
export function nextPart(cut: Cut): { part: Part; rest: Cut } | undefined {
  if (cut.from > cut.until) return undefined;
  const endTime = Math.min(cut.until, cut.from + cut.span - 1);
  return { part: { startTime: cut.from, endTime }, rest: { ...cut, from: endTime + 1 } };
}

/** The parts that come next are as long as this one would have had to be to fill a page. */
export function learn(cut: Cut, { part, pages, events, fullPage }: Fetched): Cut {
  const fullest = Math.max(cut.fullPage, fullPage);
  const span = part.endTime - part.startTime + 1;
  // Several pages with little in them: it is the search that takes its time, as with a filter.
  const factor = pages > 1 && events <= fullest ? 1 / pages : (aim * fullest) / events;
  const bounded = Math.min(steepest, Math.max(1 / steepest, events === 0 && pages === 1 ? steepest : factor));
  return { ...cut, fullPage: fullest, span: atLeastOne(span * bounded) };
}

function atLeastOne(span: number): number {
  return Math.max(1, Math.floor(span));
}

/**
 * What pages were left with when a held request of theirs ended without news. Each asks again at once, and where nothing was told since, it is
 * held on without a question to the database. Nothing is kept here that could not be forgotten: a page that is not known is read.
 */
import type { Wait } from '../waits.ts';
import type { Known } from './hold.ts';

/** A page asks again within some hundredths of a second; one that does not was closed, or nobody looks at it. */
const keptMs = 10_000;
/** Some hundred bytes each; an edge has not so many connections. */
const keptMax = 10_000;

/** A silence, and the wait that goes on hearing of its end. */
interface Kept<News> {
  known: Known<News>;
  wait: Wait;
}

/** All that is kept by one edge, for so long and so many at most. */
export class Silences<News> {
  /** Two windows may show the same. */
  readonly #kept = new Map<string, (Kept<News> & { timer: ReturnType<typeof setTimeout> })[]>();
  #count = 0;

  /** `page`: who asks, for what, and what is shown. False where there is no room: the wait is still the caller's. */
  keep(page: string, kept: Kept<News>): boolean {
    if (this.#count >= keptMax) return false;
    const timer = setTimeout(() => this.take(page)?.wait.release(), keptMs);
    const same = this.#kept.get(page) ?? [];
    this.#kept.set(page, [...same, { ...kept, timer }]);
    this.#count += 1;
    return true;
  }

  /** Hands one out, the longest kept first: its wait is the caller's. */
  take(page: string): Kept<News> | undefined {
    const [first, ...rest] = this.#kept.get(page) ?? [];
    if (first === undefined) return undefined;
    clearTimeout(first.timer);
    if (rest.length === 0) this.#kept.delete(page);
    else this.#kept.set(page, rest);
    this.#count -= 1;
    return first;
  }

  /** Forgets them all. */
  clear(): void {
    for (const [page, same] of this.#kept) for (const _ of same) this.take(page)?.wait.release();
  }
}

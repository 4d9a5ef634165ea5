/**
 * Holding a request until there is something new to answer: the page hears of it at once, and asks seldom where nothing comes. While nothing
 * comes nothing is asked of the database either, but every few minutes: what changes is told, and a broken connection, by which it would be told
 * no longer, has every page look.
 */
import type { Wait } from '../waits.ts';

/** Longer than pages of that kind need, and shorter than what proxies and htmx (html/page.ts) take for a dead connection. */
const holdMs = 25_000;
/** However news were to be told, what is open is looked at this often: a notification is only a hint, and reading settles what a dead host left. */
const lookMs = 5_000;
/** Where nobody watched before, something may have been committed without a word: another look, soon. */
const firstLookMs = 100;
/** A page that was just opened has news told for so long: each change is a notification until then, also for one that was closed again … */
const watchMs = 60_000;
/**
 * … and one to which nothing came for so long that it asked again. It is read at half of that: a key that was revoked meanwhile sees nothing new,
 * but only then learns why.
 */
const quietWatchMs = 10 * 60_000;
/** A timer may be early. */
const earlyMs = 5;

/** What was read last, and until when, by performance.now(), what changes in it is surely told. */
export interface Known<News> {
  news: News;
  toldUntil: number;
}

/** What a held request does. */
interface Holding<News> {
  read(): Promise<News>;
  isNews(news: News): boolean;
  /** Something may come at any time. */
  isOpen(news: News): boolean;
  /** Has news be told for `ms` from now; true: they were told before, and are for half of that at least. */
  watch(ms: number): Promise<boolean>;
  /** Registered before the first reading, so that nothing comes between. */
  wait: Wait;
  isHearing(): boolean;
  signal: AbortSignal;
  /** What the page's last request was left with, since when `wait` has been registered. */
  known?: Known<News> | undefined;
  /** Another than `holdMs`, for tests. */
  forMs?: number;
}

/** Reads until there is news, and gives what was read last. Where news are not told, that is the first reading. */
export async function hold<News>(holding: Holding<News>): Promise<Known<News>> {
  const { read, isNews, isOpen, watch, wait, isHearing, signal, known, forMs = holdMs } = holding;
  const deadline = performance.now() + forMs;
  const forgotten = async () => ({ news: await read(), toldUntil: Number.NEGATIVE_INFINITY });
  const isKnown = known !== undefined && isHearing() && performance.now() < known.toldUntil;
  let { news, toldUntil } = isKnown ? known : await forgotten();
  for (;;) {
    const leftMs = deadline - performance.now();
    if (isNews(news) || leftMs <= 0 || signal.aborted || !isHearing()) return { news, toldUntil };
    if (performance.now() + earlyMs >= toldUntil) toldUntil = await watched(watch, known ? quietWatchMs : watchMs);
    const sureMs = toldUntil - performance.now();
    const patienceMs = sureMs <= 0 ? firstLookMs : isOpen(news) ? Math.min(lookMs, sureMs) : sureMs;
    const isTold = await wait.ended(Math.min(leftMs, patienceMs), signal);
    if (!signal.aborted && (isTold || patienceMs <= leftMs)) news = await read();
  }
}

/** Until when news are surely told; in the past where some may not have been. */
async function watched(watch: (ms: number) => Promise<boolean>, ms: number): Promise<number> {
  const askedAt = performance.now();
  return (await watch(ms)) ? askedAt + ms / 2 : Number.NEGATIVE_INFINITY;
}

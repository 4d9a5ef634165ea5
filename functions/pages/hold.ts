/** Holding a request until there is something new to answer: the page hears of it at once, and asks seldom where nothing comes. */
import type { Wait } from '../waits.ts';

/** Longer than pages of that kind need, and shorter than what proxies and htmx (html/page.ts) take for a dead connection. */
export const holdMs = 25_000;
/** However news were to be told, what is open is looked at this often: a notification is only a hint, and reading settles what a dead host left. */
const lookMs = 5_000;
/** Where nobody watched before, something may have been committed without a word: another look, soon. */
const firstLookMs = 100;

/** What a held request does; `watch` says whether the news were told before. */
export interface Holding<News> {
  read(): Promise<News>;
  isNews(news: News): boolean;
  /** Something may come at any time. */
  isOpen(news: News): boolean;
  watch(): Promise<boolean>;
  /** Registered before the first reading, so that nothing comes between. */
  wait: Wait;
  isHearing(): boolean;
  signal: AbortSignal;
  /** Another than `holdMs`, for tests. */
  forMs?: number;
}

/** Reads until there is news, and gives what was read last. Where news are not told, that is the first reading. */
export async function hold<News>(holding: Holding<News>): Promise<News> {
  const { read, isNews, isOpen, watch, wait, isHearing, signal, forMs = holdMs } = holding;
  const deadline = performance.now() + forMs;
  for (;;) {
    const news = await read();
    const leftMs = deadline - performance.now();
    if (isNews(news) || leftMs <= 0 || signal.aborted || !isHearing()) return news;
    const patienceMs = (await watch()) ? (isOpen(news) ? lookMs : leftMs) : firstLookMs;
    await wait.ended(Math.min(leftMs, patienceMs), signal);
  }
}

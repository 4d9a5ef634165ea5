/** What a page that is open asks of the database: an app whose database counts, and time that passes at once. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Waiters } from '../../cli/edge/waiter.ts';
import { createApp } from '../../functions/app.ts';
import { silent } from '../support/log.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

const id = '0190f6a1-0000-7000-8000-000000000001';
const second = 1_000;

/** A page of a session in which nothing happens; `asked` are the names of the calls. */
function openPage() {
  const [waiters, asked] = [new Waiters(), [] as string[]];
  const [hearing, session] = [{ hears: true }, { id, state: 'ready', cwd: '/', queued: 0, generation: 1, commands: 0 }];
  const query = async (text: string) => {
    const name = /limpet_edge\.(\w+)/.exec(text)?.[1] ?? text;
    asked.push(name);
    return [{ result: name === 'read_session' ? { ...session } : true }];
  };
  const waits = {
    get hears() {
      return hearing.hears;
    },
    expect: (one: string) => waiters.add(one, () => hearing.hears),
  };
  const app = createApp({ query, waits, log: silent, settings: { version: '0' } });
  let address = `/s/${id}/tail?after=0&open=&session=`;
  /** Asks as the page does, again and again, for so long; says what the database was asked meanwhile. */
  const watch = async (ms: number, key = 'a') => {
    asked.length = 0;
    const until = performance.now() + ms;
    while (performance.now() < until) {
      const answer = await passing(Promise.resolve(app.request(address, { headers: { 'X-Shell-Key': key } })));
      const next = /hx-get="([^"]+)"/.exec(await answer.text())?.[1] ?? '';
      address = next.replaceAll('&amp;', '&');
    }
    return [...asked];
  };
  return { session, waiters, hearing, asked, watch };
}

/** Lets time pass until it is done. */
async function passing<Result>(work: Promise<Result>): Promise<Result> {
  let isDone = false;
  void work.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    await new Promise((resolve) => setImmediate(resolve));
    await vi.advanceTimersByTimeAsync(100);
  }
  return work;
}

test('while nothing happens nothing is asked, but every five minutes', async () => {
  const { watch } = openPage();
  await watch(60 * second);
  const asked = await watch(20 * 60 * second);
  expect(asked.length).toBeLessThanOrEqual(10);
  expect(new Set(asked)).toEqual(new Set(['read_session', 'watch_session']));
  expect(await watch(50 * second)).toEqual([]);
});

test('what happens is shown at once, and what happens between two requests as well', async () => {
  const { watch, session, waiters } = openPage();
  await watch(60 * second);
  session.cwd = '/usr';
  waiters.wake(id);
  expect(await watch(1)).toEqual(['read_session']);
});

test('another key is not answered by what this one was shown', async () => {
  const { watch } = openPage();
  await watch(60 * second);
  expect(await watch(1, 'b')).toContain('read_session');
});

test('a broken connection has the page look', async () => {
  const { watch, hearing, waiters } = openPage();
  await watch(60 * second);
  hearing.hears = false;
  waiters.wakeAll();
  expect(await watch(1)).toEqual(['read_session']);
});

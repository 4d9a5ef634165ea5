/** Short calls go by the connection that listens while it is free: which calls, and what happens when it ends. */
import { expect, test } from 'vitest';
import type { Query } from '../../sql/contract.ts';
import { Nearby } from '../../sql/nearby.ts';

const claim = 'select limpet_host.claim_command(p_incarnation => $1) as result';

/** A connection that answers with its name, once `answer` is called where it is held. */
function connection(name: string, isHeld = false) {
  const waiting: (() => void)[] = [];
  const query: Query = async () => {
    if (isHeld) await new Promise<void>((resolve) => waiting.push(resolve));
    return [{ name }];
  };
  return { query, answer: () => waiting.shift()?.() };
}

const listening = [{ name: 'listening' }];
const rest = [{ name: 'rest' }];

test.each([
  ['select limpet_edge.submit_command(p_id => $1) as result', listening],
  ['select limpet_edge.read_command(p_id => $1) as result', listening],
  [claim, listening],
  ['select limpet_host.finish_command(p_id => $1) as result', listening],
  ['select limpet_host.finish_commands(p_calls => $1) as result', rest],
  ['select limpet_edge.read_command_state(p_id => $1) as result', rest],
  ['select limpet_edge.export_session(p_id => $1) as result', rest],
  ['select * from limpet_edge.list_commands(p_id => $1)', rest],
])('%s', async (text, served) => {
  const nearby = new Nearby();
  const query = nearby.over(connection('rest').query);
  expect(await query(text, ['x'])).toEqual(rest);
  const drop = nearby.use(connection('listening').query);
  expect(await query(text, ['x'])).toEqual(served);
  await drop();
  expect(await query(text, ['x'])).toEqual(rest);
});

test('one that carries much goes elsewhere: nothing is heard while it is under way', async () => {
  const nearby = new Nearby();
  nearby.use(connection('listening').query);
  const query = nearby.over(connection('rest').query);
  const half = 'x'.repeat(8 * 1024);
  expect(await query(claim, [half, Buffer.from(half)])).toEqual(listening);
  expect(await query(claim, [half, Buffer.from(`${half}x`)])).toEqual(rest);
});

test('one at a time; what is under way is waited for, and one that fails leaves it free', async () => {
  const nearby = new Nearby();
  const held = connection('listening', true);
  const drop = nearby.use(held.query);
  const query = nearby.over(connection('rest').query);
  const first = query(claim, []);
  expect(await query(claim, [])).toEqual(rest);
  let isDropped = false;
  const dropped = drop().then(() => {
    isDropped = true;
  });
  await new Promise(setImmediate);
  expect(isDropped).toBe(false);
  held.answer();
  expect(await first).toEqual(listening);
  await dropped;

  nearby.use(async () => {
    throw new Error('the connection broke');
  });
  await expect(query(claim, [])).rejects.toThrow('the connection broke');
  await expect(query(claim, [])).rejects.toThrow('the connection broke');
});

test('the end of one connection is not that of the next', async () => {
  const nearby = new Nearby();
  const drop = nearby.use(connection('first').query);
  nearby.use(connection('listening').query);
  await drop();
  expect(await nearby.over(connection('rest').query)(claim, [])).toEqual(listening);
});

test('what waits for a lock waits elsewhere, and hearing goes on', async () => {
  const nearby = new Nearby();
  const locked = Object.assign(new Error('canceling statement due to lock timeout'), { code: '55P03' });
  const query = nearby.over(connection('rest').query);
  for (const error of [locked, new Error('unavailable', { cause: locked })]) {
    nearby.use(() => Promise.reject(error));
    expect(await query(claim, [])).toEqual(rest);
  }
});

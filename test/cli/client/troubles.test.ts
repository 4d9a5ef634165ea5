/** Lost connections, lost answers and an edge that is away: nothing twice, nothing missing. */
import { writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { useCli } from './cli.ts';
import { type Fate, Wire } from './wire.ts';

const { limpet, start, open, stack } = useCli();

async function wireTo(fate?: (call: string, nth: number) => Fate): Promise<Wire> {
  const wire = await Wire.to(stack().api.url, fate);
  onTestFinished(() => wire.close());
  return wire;
}
const over = ({ url }: Wire) => ({ env: { LIMPET_URL: url } });

test('a cut connection is taken up where it was: each byte once', async () => {
  const wire = await wireTo();
  const session = await open();
  const running = start(
    ['exec', '-s', session, 'seq 1000; until [ -e ~/go ]; do sleep 0.05; done; seq 1001 2000'],
    over(wire),
  );
  await running.printed('\n1000\n');
  wire.cut();
  const { id } = JSON.parse((await limpet(['sessions', '--json', '-q', session])).stdout);
  writeFileSync(`${stack().home(id)}/go`, '');
  const { code, stdout, stderr } = await running.ended();
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout.toString()).toBe(Array.from({ length: 2000 }, (_, index) => `${index + 1}\n`).join(''));
  expect(wire.calls.filter(({ lastId }) => lastId !== undefined).length).toBeGreaterThan(0);
});

test('a command whose answer was lost is sent again under the same key, and runs once', async () => {
  const wire = await wireTo((call, nth) => (call.endsWith('/commands') && nth === 1 ? 'lose the answer' : 'pass'));
  const session = await open();
  expect(await limpet(['exec', '-s', session, 'echo ran | tee -a ~/marks'], over(wire))).toEqual({
    code: 0,
    stdout: 'ran\n',
    stderr: '',
  });
  expect(await limpet(['exec', '-s', session, 'cat ~/marks'])).toMatchObject({ stdout: 'ran\n' });
  const [first, second] = wire.calls.filter(({ call }) => call.endsWith('/commands'));
  expect(first?.key).toMatch(/^[0-9a-f-]{36}$/);
  expect(second?.key).toBe(first?.key);
});

test('input whose answer was lost is sent again, and arrives once', async () => {
  const wire = await wireTo((call, nth) => (call.includes('/stdin') && nth === 1 ? 'lose the answer' : 'pass'));
  expect(await limpet(['exec', 'cat'], { ...over(wire), input: 'a line\n' })).toEqual({
    code: 0,
    stdout: 'a line\n',
    stderr: '',
  });
});

test('503 is waited out as Retry-After says, and an end of waiting is told', async () => {
  const away: Fate = { status: 503, headers: { 'Retry-After': '0' } };
  const once = await wireTo((_, nth) => (nth === 1 ? away : 'pass'));
  expect(await limpet(['exec', 'echo on'], over(once))).toEqual({ code: 0, stdout: 'on\n', stderr: '' });
  const long = await wireTo(() => ({ status: 503, headers: { 'Retry-After': '3600' } }));
  expect(await limpet(['history'], over(long))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('answered 503'),
  });
  expect(long.calls).toHaveLength(1);
});

test('what would happen twice is not sent twice', async () => {
  const wire = await wireTo((call) => (call.endsWith('/signal') ? 'lose the answer' : 'pass'));
  const session = await open();
  const running = start(['exec', '-s', session, 'echo on; sleep 300']);
  await running.printed('on\n');
  expect(await limpet(['interrupt', session], over(wire))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Nothing answers'),
  });
  expect(wire.calls.filter(({ call }) => call.endsWith('/signal'))).toHaveLength(1);
  expect((await running.ended()).code).toBe(130);
});

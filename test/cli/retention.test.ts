/** `limpet retention`, by the rights of the database's owner. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { age, closed, ran } from '../sql/aging.ts';
import { type SqlFixture, sqlFixture } from '../sql/fixture.ts';

const run = promisify(execFile);
let fixture: SqlFixture;
beforeAll(async () => {
  fixture = await sqlFixture();
});
afterAll(() => fixture.drop());

const { PATH = '', HOME = '/' } = process.env;
const retention = async (...args: string[]) => {
  const env = { PATH, HOME, DATABASE_URL: fixture.url };
  return (await run(process.execPath, ['cli/index.ts', 'retention', ...args], { env })).stdout;
};

test('shows what would go, without removing it, and sets for how long is kept', async () => {
  const owned = await fixture.adopted(await fixture.register());
  await ran(fixture, owned, 'a', 'four');
  await closed(fixture, owned);
  await age(fixture, 31 * 86_400_000);
  expect(await retention('--keep', '30d')).toBe(
    'Ended commands and closed sessions are kept for 90 days.\n' +
      'Kept for 30 days, due now would be: 1 commands with 4 bytes of output, and 1 sessions. Nothing was removed by asking.\n',
  );
  expect(await retention('set', '36h')).toMatch(/kept for 36 hours/);
  expect(JSON.parse(await retention('--json'))).toEqual({ keep_ms: 129_600_000, commands: 1, bytes: 4, sessions: 1 });
}, 60_000);

test('refuses less than a day, and what is no time', async () => {
  await expect(retention('set', '23h')).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/kept for a day at least/),
  });
  await expect(retention('set', 'soon')).rejects.toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/must be a time such as 30d/),
  });
}, 60_000);

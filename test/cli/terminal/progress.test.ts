import { expect, test } from 'vitest';
import { counted } from '../../../cli/terminal/progress.ts';

async function run(isTTY: boolean, everyMs = 0) {
  const written: string[] = [];
  const terminal = { isTTY, write: (text: string) => written.push(text) };
  async function* source() {
    yield Buffer.alloc(500);
    yield Buffer.alloc(2_000);
  }
  let bytes = 0;
  for await (const chunk of counted(source(), { terminal, everyMs })) bytes += chunk.length;
  return { bytes, written: written.join('') };
}

test('a person is told how much has come, in one line that is gone at the end', async () => {
  expect(await run(true)).toEqual({ bytes: 2_500, written: '\r\x1b[K500 bytes\r\x1b[K2.5 kB\r\x1b[K' });
});

test('what is quick is not told, and a program is told nothing', async () => {
  expect((await run(true, 60_000)).written).toBe('\r\x1b[K');
  expect(await run(false)).toEqual({ bytes: 2_500, written: '' });
});

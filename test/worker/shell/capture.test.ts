/** What bash prints of its state: the same bytes for the same state, read without trust. */
import { describe, expect, test } from 'vitest';
import { parseCapture, splitEntries } from '../../../worker/shell/state.ts';
import { stateBytesMax } from '../../../worker/shell/streams.ts';
import { fc } from '../../support/fuzz.ts';
import { openTestShell } from './support.ts';

describe('an unchanged state has the same bytes', () => {
  test.each([
    ['true'],
    ['false'],
    ['ls /'],
    ['echo $RANDOM $SECONDS $EPOCHREALTIME $BASHPID'],
    ['x=$(date)$x; unset x'],
    ['cd /; cd - >/dev/null'],
    ['sleep 0.01 &'],
  ])('after %s', async (text) => {
    const shell = await openTestShell();
    const { state } = await shell.exec('cd .');
    await shell.exec('cd /; cd -');
    const before = await shell.exec(text);
    const after = await shell.exec(text, { environment: { FOO: 'bar' }, cwd: '/usr' });
    expect(Buffer.from(after.state ?? []).toString()).toBe(Buffer.from(before.state ?? []).toString());
    expect(state).not.toBeNull();
  });
});

test('a state that is too great is not kept, and the shell goes on', async () => {
  const shell = await openTestShell();
  const ran = await shell.exec(`printf -v big %${stateBytesMax}s x; cd /usr`);
  expect(ran).toMatchObject({ outcome: 'exited', cwd: '/usr', state: null, shellAlive: true });
  expect(ran.stateProblem).toMatch(/greater than 16 MiB and was not kept/);
  const after = await shell.exec('unset big; cd /');
  expect([after.state && after.state.length < 10_000, after.stateProblem]).toEqual([true, null]);
});

describe('reading what bash printed', () => {
  const nonce = '12345';
  const names = ['cwd', 'jobs', 'umask', 'variables', 'functions', 'aliases', 'options', 'traps'];
  const whole = names.map((name) => `${nonce}:${name}\n`).join('');

  test('a capture that was cut anywhere is no capture', () => {
    for (let cut = 0; cut < whole.length; cut++) {
      expect(parseCapture(Buffer.from(whole.slice(0, cut)), nonce, [])).toBeNull();
    }
    expect(parseCapture(Buffer.from(whole), nonce, [])).not.toBeNull();
  });

  test('an interrupted attempt before a whole one does not matter', () => {
    const text = whole.replace('cwd\n', 'cwd\n/second\n');
    for (let cut = 0; cut < whole.length; cut++) {
      expect(parseCapture(Buffer.from(whole.slice(0, cut) + text), nonce, [])?.cwd).toBe('/second');
    }
  });

  test('entries are split outside quotes alone', () => {
    const value = fc
      .array(fc.constantFrom("'a\nb'", '"c\n\\"d"', `$'e\\'\nf'`, '\\\n', 'g', ' ', '$'))
      .map((all) => `x${all.join('')}`);
    fc.assert(
      fc.property(fc.array(value), (entries) => {
        expect(splitEntries(entries.map((entry) => `${entry}\n`).join(''))).toEqual(entries);
      }),
    );
  });

  test('random bytes anywhere in it make it no capture, or another whole one', () => {
    fc.assert(
      fc.property(fc.nat(whole.length), fc.uint8Array({ maxLength: 300 }), (at, bytes) => {
        const text = Buffer.concat([Buffer.from(whole.slice(0, at)), bytes, Buffer.from(whole.slice(at))]);
        const capture = parseCapture(text, nonce, []);
        if (capture === null) return;
        expect(typeof capture.cwd).toBe('string');
        expect(capture.state.at(-1), 'each of its parts is whole').toBe(0);
      }),
    );
  });
});

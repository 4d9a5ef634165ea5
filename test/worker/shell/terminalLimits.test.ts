/** A terminal that is written on, asked and typed into without end, or not read at all. */
import { describe, expect, test } from 'vitest';
import { answerBytesMax } from '../../../worker/shell/typing.ts';
import { until } from './support.ts';
import { openTestTerminal, rowsOf, screenOf, untilShown } from './terminalSupport.ts';

describe('a job that writes without end', () => {
  test('keeps no command from ending, nor its output from its result', async () => {
    const late: string[] = [];
    const shell = await openTestTerminal({ onLateOutput: (id) => void late.push(id) });
    expect((await shell.exec('yes noise & echo first')).out).toContain('first\r\n');
    for (const word of ['second', 'third']) {
      const { out, outcome } = await shell.exec(`echo ${word}`);
      expect(outcome).toBe('exited');
      expect(out).toContain(`${word}\r\n`);
    }
    await until(() => late.length > 0);
    expect((await shell.exec('kill %1; wait; echo last')).out).toMatch(/last\r\n$/);
    expect((await shell.exec('echo alone')).out).toBe('alone\r\n');
  });
});

test('a terminal that was stopped keeps no command from ending, and shows the rest when it goes on', async () => {
  const shell = await openTestTerminal();
  await shell.exec('stty ixon');
  const ran = shell.exec('printf begun; read -rs -n 1');
  await untilShown(shell, 'begun');
  await shell.terminal?.press(['C-s', 'x']);
  expect(await ran).toMatchObject({ out: 'begun', exitCode: 0 });
  const held = shell.exec('echo held');
  await shell.terminal?.press(['C-q']);
  expect((await held).out).toBe('held\r\n');
  expect((await shell.exec('echo next')).out).toBe('next\r\n');
  expect(rowsOf(await screenOf(shell)).slice(0, 3)).toEqual(['begunheld', 'next', '']);
});

test('answers that no program reads are lost beyond a limit, and keys are not', async () => {
  const shell = await openTestTerminal();
  const asked = answerBytesMax * 4;
  const ask = `printf '\\e[H\\e[6n%.0s' {1..${Math.ceil(asked / '\x1b[1;1R'.length)}}`;
  const ran = shell.exec(`stty raw -echo; ${ask}; printf asked; IFS= read -rd X all; stty cooked; echo "=\${#all}"`);
  await untilShown(shell, 'asked');
  await shell.terminal?.press(['X']);
  const read = Number(/=(\d+)/.exec((await ran).out)?.[1]);
  expect(read).toBeGreaterThan(answerBytesMax / 2);
  // The kernel holds some as well.
  expect(read).toBeLessThan(answerBytesMax * 3);
});

test('what is typed into a terminal that is closed is refused', async () => {
  const shell = await openTestTerminal();
  await shell.exec('stty raw -echo');
  const typing = shell.terminal?.press([{ text: 'x'.repeat(1024 * 1024) }]);
  const refused = expect(typing).rejects.toThrow('The terminal was closed before it had taken all that was typed.');
  await screenOf(shell);
  await shell.close();
  await refused;
  await expect(shell.terminal?.press(['a'])).rejects.toThrow('The terminal was closed');
  shell.terminal?.resize({ cols: 10, rows: 10 });
});

test('a shell whose terminal was stopped can be closed', async () => {
  const shell = await openTestTerminal();
  await shell.exec('stty ixon');
  const ran = shell.exec('printf begun; (setsid sleep 300 &); read -rs -n 1');
  await untilShown(shell, 'begun');
  await shell.terminal?.press(['C-s', 'x']);
  await ran;
  await shell.close();
  expect(rowsOf(await screenOf(shell))[0]).toBe('begun');
});

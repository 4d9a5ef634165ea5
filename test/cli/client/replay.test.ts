/** `limpet replay`: what differs, as lines and as an exit code. */
import { expect, test } from 'vitest';
import { useCli } from './cli.ts';

const { limpet, open } = useCli();

async function recorded(...commands: string[]): Promise<string> {
  const session = await open();
  for (const command of commands) await limpet(['exec', '-s', session, command]);
  return session;
}

test('a range is run again and compared, and all the same is 0', async () => {
  const session = await recorded('cd /tmp', 'pwd; false', 'date +%N');
  const { code, stdout } = await limpet(['replay', session, '--from', '2', '--to', '2', '--name', 'again']);
  expect(stdout).toMatch(
    /^ {3}2 {2}same {5}pwd; false\ndone, 1 the same, 0 different of 1, in session [0-9a-f-]{36}\n$/,
  );
  expect(code).toBe(0);
  expect((await limpet(['history', 'again', '--json'])).stdout).toContain('"stdout":"/tmp\\n"');
});

test('a difference is named, and is 1; it can end the replay', async () => {
  const session = await recorded(`echo $RANDOM$RANDOM`, 'echo after');
  const all = await limpet(['replay', session]);
  expect(all).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(
      /^ {3}1 {2}differs {2}.* \(stdout\)\n {3}2 {2}same {5}echo after\ndone, 1 the same, 1 different of 2/,
    ),
  });
  const stopped = await limpet(['replay', session, '--force', '--stop-on-difference']);
  expect(stopped).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^ {3}1 {2}differs .*\nstopped.*, 0 the same, 1 different of 2/),
  });
});

test('as JSON it is the replay; without waiting, its id', async () => {
  const session = await recorded('echo one');
  const { code, stdout } = await limpet(['replay', session, '--json']);
  expect(code).toBe(0);
  const replay = JSON.parse(stdout);
  expect(replay).toMatchObject({ state: 'done', items: [{ seq: 1, same: true }] });
  expect(await limpet(['replay', session, '--detach'])).toEqual({ code: 0, stdout: `${replay.id}\n`, stderr: '' });
  expect(await limpet(['replay', 'nowhere'])).toMatchObject({ code: 125 });
});

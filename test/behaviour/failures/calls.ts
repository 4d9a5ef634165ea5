/** Calls that are long, repeated, or beside others. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Command } from '../../../sql/contract.ts';
import { type Answer, call } from '../../functions/api/client.ts';
import type { Api } from '../../functions/api/fixture.ts';
import { Running, Shell } from '../shell.ts';
import type { Stack } from '../stack.ts';
import { go, untilGo } from './gate.ts';

const submit = (api: Api, shell: Shell, json: object, headers: Record<string, string> = {}): Promise<Answer<Command>> =>
  call<Command>(api, 'POST', `/v1/sessions/${shell.id}/commands`, { json, headers });

/** Declares them. */
export function ofCalls(stack: () => Stack): void {
  test.concurrent('10. none needs to be long: it is queued, waited for in pieces, and read on from any byte', async () => {
    const shell = await Shell.open(stack().api);
    const answer = await submit(
      stack().api,
      shell,
      { command: `printf 'one\\n'; ${untilGo}; printf 'two\\n'` },
      { Prefer: 'wait=0' },
    );
    expect([answer.status, answer.headers.get('location')]).toEqual([202, `/v1/commands/${answer.body.id}`]);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    const command = new Running(stack().api, answer.body.id);
    const first = await command.output('?wait=20');
    expect([Buffer.from(first.bytes).toString(), first.headers.get('limpet-next-offset')]).toEqual(['one\n', '4']);
    await go(stack(), shell);
    await command.ended();
    expect(Buffer.from((await command.output('?offset=4')).bytes).toString()).toBe('two\n');
  });

  test.concurrent('12. that is repeated runs its command once', async () => {
    const shell = await Shell.open(stack().api);
    const key = { 'Idempotency-Key': randomUUID(), Prefer: 'wait=20' };
    const json = { command: 'echo ran >>file; cat file' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => submit(stack().api, shell, json, key)));
    answers.push(await submit(stack().api, shell, json, key));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
    expect(answers.map(({ body }) => body.stdout)).toEqual(answers.map(() => 'ran\n'));
    await shell.play([['cat file', { stdout: 'ran\n', seq: 2 }]]);
  });

  test.concurrent('13. is answered early, and says how long it would have waited', async () => {
    const shell = await Shell.open(stack().api);
    for (const [wanted, applied] of [
      ['wait=20', 'wait=20'],
      ['wait=3600', 'wait=30'],
    ] as const) {
      const { status, headers } = await submit(stack().api, shell, { command: 'echo quick' }, { Prefer: wanted });
      expect([status, headers.get('preference-applied')]).toEqual([200, applied]);
    }
  });

  test.concurrent('14. beside others has its own output, in strict order, and a cancelled one never runs', async () => {
    const shell = await Shell.open(stack().api);
    const gate = await shell.start(untilGo);
    const commands = [];
    for (const n of [0, 1, 2, 3, 4]) commands.push(await shell.start(`echo ${n}a; echo ${n} >>order; echo ${n}b`));
    expect((await commands[2]?.cancel())?.status).toBe(202);
    await go(stack(), shell);
    await gate.ended();
    const ended = await Promise.all(commands.map((command) => command.ended()));
    expect(ended.map(({ state, stdout }) => [state, stdout])).toEqual(
      [0, 1, 2, 3, 4].map((n) => (n === 2 ? ['cancelled', ''] : ['exited', `${n}a\n${n}b\n`])),
    );
    await shell.play([['cat order', { stdout: '0\n1\n3\n4\n' }]]);
  });
}

/** What is refused, and that a refusal leaves nothing behind. Needs no host. */
import { describe, expect, test } from 'vitest';
import type { Page, Session } from '../../../sql/contract.ts';
import { call, expectProblem, openSession, type ProblemBody } from './client.ts';
import type { Api } from './fixture.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

/** What limpet marks processes by, what bash runs at its start, and what it lets nobody set. */
const reservedNames = ['LIMPET_SHELL', 'LIMPET_X', 'BASH_ENV', 'ENV', 'SHELLOPTS', 'BASHOPTS', 'UID', 'EUID', 'PPID'];

export function refusals(api: () => Api): void {
  const commands = async () => `/v1/sessions/${(await openSession(api())).id}/commands`;
  const post = (path: string, options: object) =>
    call<ProblemBody>(api(), 'POST', path, { headers: { Prefer: 'wait=0' }, ...options });

  describe('a request that cannot be understood is refused and creates nothing', () => {
    const bad: [string, object, number, string][] = [
      ['malformed JSON', { body: '{"command":', headers: { 'Content-Type': 'application/json' } }, 400, 'bad_request'],
      [
        'an empty body said to be JSON',
        { body: '', headers: { 'Content-Type': 'application/json' } },
        400,
        'bad_request',
      ],
      ['NUL in a command', { json: { command: 'echo \0' } }, 400, 'bad_request'],
      ['NUL in a text/plain command', { text: 'echo \0' }, 400, 'bad_request'],
      ['NUL in a value of env', { json: { command: 'true', env: { A: '\0' } } }, 400, 'bad_request'],
      [
        'half of a surrogate pair',
        { body: '{"command":"\\ud800"}', headers: { 'Content-Type': 'application/json' } },
        400,
        'bad_request',
      ],
      [
        'bytes that are not UTF-8',
        { body: new Uint8Array([0xff]), headers: { 'Content-Type': 'text/plain' } },
        400,
        'bad_request',
      ],
      [
        'a million brackets',
        { body: '['.repeat(MiB) + ']'.repeat(MiB), headers: { 'Content-Type': 'application/json' } },
        400,
        'bad_request',
      ],
      [
        'a variable named __proto__',
        { body: '{"command":"true","env":{"__proto__":"x"}}', headers: { 'Content-Type': 'application/json' } },
        400,
        'bad_request',
      ],
      ...reservedNames.map((name): [string, object, number, string] => [
        `the reserved variable ${name}`,
        { json: { command: 'true', env: { [name]: 'x' } } },
        422,
        'invalid',
      ]),
      ['a command of 2 MiB', { json: { command: 'x'.repeat(2 * MiB) } }, 413, 'too_large'],
      ['a text/plain command of 2 MiB', { text: 'x'.repeat(2 * MiB) }, 413, 'too_large'],
      ['a command one byte above 1 MiB', { text: `${'x'.repeat(MiB - 1)}é` }, 413, 'too_large'],
      ['a body above 8 MiB', { json: { command: 'true', env: { A: 'x'.repeat(9 * MiB) } } }, 413, 'too_large'],
      ['env above 512 KiB', { json: { command: 'true', env: { A: 'x'.repeat(512 * KiB) } } }, 413, 'too_large'],
      [
        'a form, which curl -d sends',
        { body: 'command=ls', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } },
        415,
        'unsupported_media_type',
      ],
      [
        'another charset',
        { body: 'ls', headers: { 'Content-Type': 'text/plain; charset=utf-16' } },
        415,
        'unsupported_media_type',
      ],
      ['a body that is no object', { json: ['ls'] }, 422, 'invalid'],
      ['an empty command', { json: { command: '' } }, 422, 'invalid'],
      ['no command', { json: {} }, 422, 'invalid'],
    ];
    test.each(bad)('%s', async (_name, options, status, code) => {
      const path = await commands();
      const { headers = {}, ...rest } = options as { headers?: object };
      expectProblem(await post(path, { ...rest, headers: { Prefer: 'wait=0', ...headers } }), status, code);
      expect((await call<Page<unknown>>(api(), 'GET', path)).body.items).toEqual([]);
    });

    const json = { 'Content-Type': 'application/json' };
    const above: [string, string, object, string][] = [
      ['a text/plain command', 'commands', { text: 'x'.repeat(MiB + 1) }, 'commandBytesMax" of 1048576 bytes'],
      [
        'a command in JSON',
        'commands',
        { json: { command: 'x'.repeat(MiB + 1) } },
        'commandBytesMax" of 1048576 bytes',
      ],
      ['a JSON body', 'commands', { body: ' '.repeat(8 * MiB + 1), headers: json }, 'bodyBytesMax" of 8388608 bytes'],
      ['stdin', 'stdin', { text: 'x'.repeat(MiB + 1) }, 'stdinBytesMax" of 1048576 bytes'],
      ['a timeout', 'commands', { json: { command: 'x', timeout: '25h' } }, 'timeoutMsMax" of 86400 s'],
      ['max_output', 'commands', { json: { command: 'x', max_output: 1e9 } }, 'maxOutputBytes" of 134217728 bytes'],
      [
        'labels',
        '',
        { json: { labels: Object.fromEntries([...Array(65).keys()].map((n) => [n, ''])) } },
        'labelsMax" of 64 labels',
      ],
      ['a name', '', { json: { name: 'x'.repeat(129) } }, 'nameLengthMax" of 128 characters'],
      ['an idle_timeout', '', { json: { idle_timeout: '169h' } }, 'idleTimeoutMsMax" of 604800 s'],
      ['the columns of a terminal', '', { json: { cols: 1001 } }, 'terminalSizeMax" of 1000 columns or rows'],
    ];
    test.each(above)(
      'above its limit, %s is refused with the name of the limit (%#)',
      async (_name, of, options, limit) => {
        const id = '01a1fddd-4053-7189-b99e-2680411f6acc';
        const path = { commands: await commands(), stdin: `/v1/commands/${id}/stdin`, '': '/v1/sessions' }[of] ?? '';
        const { detail } = (await post(path, options)).body;
        expect(detail).toContain(`Above the limit "${limit}`);
      },
    );

    test('so is a page of more items than may be', async () => {
      const answer = await call<ProblemBody>(api(), 'GET', '/v1/sessions?limit=1001');
      expect(answer.body.detail).toBe('/limit: Above the limit "pageSizeMax" of 1000 items');
    });

    const nested: [string, object, string, string][] = [
      ['/v1/exec', { command: 'x', env: { BASH_ENV: 'x' } }, '/env/BASH_ENV', 'Is reserved: choose another name'],
      ['/v1/exec', { command: 'x', env: { '1A': 'x' } }, '/env/1A', 'Must be a name that a shell variable can have'],
      [
        '/v1/sessions',
        { secrets: { PATH: '12345678' } },
        '/secrets/PATH',
        'This variable decides what runs, and is no secret',
      ],
      [
        '/v1/keys/{id}/rotate',
        { grace: 'bad' },
        '/grace',
        'Must be a number of seconds or a text like "30s" or "1h30m"',
      ],
      [
        '/v1/keys/{id}/rotate',
        { grace: '31d' },
        '/grace',
        'Must be a number of seconds or a text like "30s" or "1h30m"',
      ],
      ['/v1/keys/{id}/rotate', { grace: '721h' }, '/grace', 'Above the limit "rotationGraceMsMax" of 2592000 s'],
      ['/v1/keys/{id}/rotate', { grace: {} }, '/grace', 'Must be a number of seconds or a text like "30s" or "1h30m"'],
      ['/v1/sessions/x/keys', { keys: ['a', { txt: 'b', text: 'c' }] }, '/keys/1/txt', 'Unknown field'],
      [
        '/v1/sessions/x/keys',
        { keys: [5] },
        '/keys/0',
        'Invalid input: expected string, received number or Invalid input: expected object, received number',
      ],
    ];
    test.each(nested)('%s with %j is told what is wrong', async (template, json, pointer, message) => {
      const path = template.replace('{id}', '01a1fddd-4053-7189-b99e-2680411f6acc');
      const answer = await post(path, { json, key: api().adminKey });
      expectProblem(answer, 422, 'invalid');
      expect(answer.body.errors).toEqual([{ in: 'body', pointer, message }]);
    });

    test('a key that would be expired when it is made', async () => {
      const json = { name: 'late', scopes: ['read'], expires_at: new Date(Date.now() - 60_000).toISOString() };
      const answer = await post('/v1/keys', { json, key: api().adminKey });
      expectProblem(answer, 422, 'invalid');
      expect(answer.body.errors).toEqual([{ in: 'body', pointer: '/expires_at', message: 'Must be in the future' }]);
    });

    test('an interrupt of a session that is closed', async () => {
      const { id } = await openSession(api());
      expect((await post(`/v1/sessions/${id}/interrupt`, {})).status).toBe(202);
      await call(api(), 'DELETE', `/v1/sessions/${id}`);
      expectProblem(await post(`/v1/sessions/${id}/interrupt`, {}), 409, 'session_closed');
    });

    const invalid: [string, object, string][] = [
      ['an unknown field', { command: 'true', tiemout: 1 }, '/tiemout'],
      ['a command of the wrong type', { command: 1 }, '/command'],
      ['a timeout that is no duration', { command: 'true', timeout: '1 parsec' }, '/timeout'],
      ['a timeout of nothing', { command: 'true', timeout: 0 }, '/timeout'],
      ['a timeout above a day', { command: 'true', timeout: '24h1s' }, '/timeout'],
      ['a variable with a bad name', { command: 'true', env: { 'A-B': '1' } }, '/env/A-B'],
      ['a variable of the wrong type', { command: 'true', env: { A: 1 } }, '/env/A'],
      ['a number for interactive', { command: 'true', interactive: 1 }, '/interactive'],
      ['a max_output above the limit', { command: 'true', max_output: 128 * MiB + 1 }, '/max_output'],
      ['an if_busy that is none', { command: 'true', if_busy: 'maybe' }, '/if_busy'],
    ];
    test.each(invalid)('%s names the field', async (_name, json, pointer) => {
      const path = await commands();
      const answer = await post(path, { json });
      expectProblem(answer, 422, 'invalid');
      expect(answer.body.errors?.map((error) => [error.in, error.pointer])).toContainEqual(['body', pointer]);
      expect((await call<Page<unknown>>(api(), 'GET', path)).body.items).toEqual([]);
    });

    test('a session with a wrong field is not opened', async () => {
      const before = await sessions();
      for (const json of [
        { nmae: 'x' },
        { cols: 0 },
        { cols: 1001 },
        { cols: '80' },
        { idle_timeout: '8d' },
        { name: '' },
        { labels: { a: 1 } },
      ]) {
        expectProblem(await post('/v1/sessions', { json }), 422, 'invalid');
      }
      expect(await sessions()).toBe(before);
    });
    const sessions = async () => (await call<Page<Session>>(api(), 'GET', '/v1/sessions?limit=1000')).body.items.length;

    test('a body without an announced length is cut off at the limit', async () => {
      let sent = 0;
      const endless = new ReadableStream({
        pull(controller) {
          sent += MiB;
          controller.enqueue(new Uint8Array(MiB).fill(120));
          if (sent >= 200 * MiB) controller.close();
        },
      });
      const refused = await post(await commands(), { body: endless, headers: { 'Content-Type': 'text/plain' } }).catch(
        () => undefined,
      );
      if (refused) expectProblem(refused, 413, 'too_large');
      expect(sent).toBeLessThan(200 * MiB);
    });
  });
}

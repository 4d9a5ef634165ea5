/** Keys and forks from the command line. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../support/directory.ts';
import { useCli } from './cli.ts';

const { limpet, open, stack } = useCli();
const asAdmin = () => ({ env: { LIMPET_KEY: stack().api.adminKey } });

test('a key is made, printed once and alone, listed without its secret, and revoked', async () => {
  const made = await limpet(
    ['keys', 'create', '--name', 'ci', '--owner', 'web', '--scope', 'execute', '--expires', '90d'],
    asAdmin(),
  );
  expect(made).toEqual({ code: 0, stdout: expect.stringMatching(/^lp_\S+\n$/), stderr: '' });
  const key = made.stdout.trim();
  expect(await limpet(['exec', 'echo mine'], { env: { LIMPET_KEY: key } })).toMatchObject({
    code: 0,
    stdout: 'mine\n',
  });
  const { stdout } = await limpet(['keys', 'list'], asAdmin());
  const line =
    stdout
      .split('\n')
      .find((one) => / ci +web +execute +until \d{4}-\d\d-\d\d +(just now|\d+ (s|min) ago)$/.test(one)) ?? '';
  expect(stdout).not.toContain(key);
  const [id = ''] = line.split(' ');
  expect(await limpet(['keys', 'revoke', id], asAdmin())).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await limpet(['sessions'], { env: { LIMPET_KEY: key } })).toMatchObject({ code: 1 });
  const listed = (await limpet(['keys', 'list', '--json'], asAdmin())).stdout
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text));
  expect(listed.find((one) => one.id === id)).toMatchObject({
    name: 'ci',
    scopes: ['execute'],
    revoked_at: expect.any(String),
  });
});

test('limits are set with the key and changed later; a rotated key prints its new secret alone', async () => {
  const limits = ['--per-minute', '2', '--output-per-day', '2G', '--timeout-max', '90s', '--deny', 'rm,dd'];
  const made = await limpet(['keys', 'create', '--scope', 'execute', '--json', ...limits], asAdmin());
  const { id, key, ...shown } = JSON.parse(made.stdout);
  expect(shown).toMatchObject({
    quotas: { open_sessions: null, commands_per_minute: 2, output_bytes_per_day: 2 * 1024 ** 3 },
    timeout_max_ms: 90_000,
    deny: ['rm', 'dd'],
  });
  const exec = (secret: string, command: string) => limpet(['exec', command], { env: { LIMPET_KEY: secret } });
  expect(await exec(key, 'rm x')).toMatchObject({ code: expect.any(Number), stderr: expect.stringContaining('"rm"') });
  const change = ['keys', 'change', id, '--per-minute', 'none', '--deny', 'none', '--allow', 'rm', '--name', 'other'];
  expect(await limpet(change, asAdmin())).toEqual({ code: 0, stdout: '', stderr: '' });
  expect((await exec(key, 'dd')).stderr).toContain('"dd"');
  const rotated = await limpet(['keys', 'rotate', id, '--grace', '0'], asAdmin());
  expect(rotated).toEqual({ code: 0, stdout: expect.stringMatching(/^lp_\S+\n$/), stderr: '' });
  expect((await exec(key, 'echo old')).stdout).toBe('');
  expect((await exec(rotated.stdout.trim(), 'echo new')).stdout).toBe('new\n');
  expect(await limpet(['keys', 'change', id, '--queued', '0'], asAdmin())).toMatchObject({ code: 2 });
});

test('a key that may not make keys is told so', async () => {
  expect(await limpet(['keys', 'create'])).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^limpet: This key lacks the scope "admin"\.\n.*--by-database/),
  });
});

test('without a key, or when asked to, the owner of the database makes an admin key', async () => {
  const env = { DATABASE_URL: stack().databaseUrl };
  for (const args of [['--name', 'own'], ['--by-database']]) {
    const { code, stdout } = await limpet(['keys', 'create', ...args], {
      env: { ...env, LIMPET_KEY: args.length > 1 ? '' : 'wrong' },
    });
    expect(code).toBe(0);
    expect(await limpet(['keys', 'list'], { env: { LIMPET_KEY: stdout.trim() } })).toMatchObject({ code: 0 });
  }
  const asked = await limpet(['keys', 'create', '--scope', 'read'], { env: { ...env, LIMPET_KEY: '' } });
  expect(asked).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('only an admin key') });
});

test('a key comes from a file as well, and an unusable file is named', async () => {
  const directory = await temporaryDirectory(onTestFinished);
  const file = path.join(directory, 'key');
  await writeFile(file, `${stack().api.key}\n`);
  const without = { env: { LIMPET_KEY: '' } };
  expect(await limpet(['exec', '--key-file', file, 'echo on'], without)).toMatchObject({ code: 0, stdout: 'on\n' });
  await writeFile(file, '\n');
  expect(await limpet(['sessions', '--key-file', file], without)).toMatchObject({
    code: 2,
    stderr: `limpet: The key file ${file} is empty.\n`,
  });
  expect(await limpet(['sessions', '--key-file', directory], without)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('(EISDIR)'),
  });
  await writeFile(file, 'two\nlines');
  expect((await limpet(['sessions', '--key-file', file], without)).stderr).toBe(
    'limpet: The key holds characters that no key has.\n',
  );
});

test('a fork begins where the other session stood', async () => {
  const session = await open();
  for (const command of ['A=1; cd /tmp', 'A=2; cd /']) await limpet(['exec', '-s', session, command]);
  expect(await limpet(['fork', session, `${session}-now`])).toEqual({
    code: 0,
    stdout: `${session}-now\n`,
    stderr: '',
  });
  expect(await limpet(['exec', '-s', `${session}-now`, 'pwd; echo $A'])).toMatchObject({ stdout: '/\n2\n' });
  const { stdout } = await limpet(['fork', session, '--after', '1', '--json']);
  const { id, forked_from } = JSON.parse(stdout);
  expect(forked_from.seq).toBe(1);
  expect(await limpet(['exec', '-s', id, 'pwd; echo $A'])).toMatchObject({ stdout: '/tmp\n1\n' });
  expect(await limpet(['fork', session, '--after', 'x'])).toMatchObject({ code: 2 });
});

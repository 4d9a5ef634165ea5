/** `limpet audit verify` and `keygen`, as a stranger uses them: files, exit codes, and what is remembered. */
import { execFile } from 'node:child_process';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseSigner } from '../../../audit/keys.ts';
import { logBundle, sessionBundle } from '../../audit/bundles.ts';
import { event, example } from '../../audit/example.ts';
import { makeDirectory } from '../../support/directory.ts';
import { limpet } from '../../support/limpet.ts';

const run = promisify(execFile);
let directory: string;
beforeAll(async () => {
  directory = await makeDirectory();
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const at = (name: string) => path.join(directory, name);
async function file(name: string, lines: object[]): Promise<string> {
  await writeFile(at(name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return at(name);
}
const verify = (...args: string[]) => limpet(['audit', 'verify', ...args], { XDG_STATE_HOME: directory });

describe('limpet audit verify', () => {
  test('exits with 0 for a bundle that is whole, and says what is covered and what not yet', async () => {
    const { record, chain } = example();
    const bundle = await file('whole.ndjson', sessionBundle(record, chain));
    const { code, stdout } = await verify(bundle, '--pub', record.signer.verifier.text, '--no-state');
    expect(stdout).toMatch(
      /^integrity +whole\ncompleteness +whole\nread +11 events of 1 session\ncovered +9 by checkpoint 3 of 2023-/,
    );
    expect(stdout).toMatch(/^not covered +2:/m);
    expect(code).toBe(0);
  });

  test('exits with 1 for one that is broken, and names the first event in doubt', async () => {
    const { record, chain } = example();
    event(chain, 4).actor = 'x';
    const bundle = await file('broken.ndjson', logBundle(record));
    const human = await verify(bundle, '--pub', record.signer.verifier.text, '--no-state');
    expect(human.stdout).toContain(`first broken  event 4 of session ${chain.sessionId}`);
    const { code, stdout } = await verify(bundle, '--pub', record.signer.verifier.text, '--no-state', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ integrity: 'broken', completeness: 'whole', first_broken: { seq: 4 } });
    expect([human.code, code]).toEqual([1, 1]);
  });

  test('exits with 2 where it cannot tell: no key, an unknown one, no bundle', async () => {
    const { record, chain } = example();
    const bundle = await file('other.ndjson', sessionBundle(record, chain));
    const other = example().record.signer.verifier.text;
    for (const args of [[bundle], [bundle, '--pub', other], [at('missing')], [bundle, '--pub', at('missing')]]) {
      const { code, stdout, stderr } = await verify(...args, '--no-state');
      expect([code, stdout + stderr], args.join(' ')).toEqual([2, expect.stringMatching(/cannot tell|ENOENT/)]);
      const lines = stdout.split('\n');
      expect(new Set(lines).size, 'nothing is said twice').toBe(lines.length);
    }
  });

  test('takes keys from a file, and the bundle from standard input', async () => {
    const { record, chain } = example();
    const bundle = await file('piped.ndjson', sessionBundle(record, chain));
    await writeFile(at('keys.pub'), `${record.signer.verifier.text}\n`);
    const command = `"${process.execPath}" cli/index.ts audit verify --no-state --pub "${at('keys.pub')}" < "${bundle}"`;
    const { stdout } = await run('bash', ['-c', command]);
    expect(stdout).toMatch(/^integrity +whole$/m);
  });

  test('remembers the newest checkpoint of a whole bundle, and misses it in the next one', async () => {
    const { record } = example();
    const pub = record.signer.verifier.text;
    const state = at('state.json');
    const newer = await file('newer.ndjson', logBundle(record));
    record.snapshots.pop();
    const older = await file('older.ndjson', logBundle(record));
    expect((await verify(older, '--pub', pub, '--state', state)).code, 'the first time').toBe(0);
    expect((await verify(newer, '--pub', pub, '--state', state)).code).toBe(0);
    const rolledBack = await verify(older, '--pub', pub, '--state', state);
    expect([rolledBack.code, rolledBack.stdout]).toEqual([1, expect.stringContaining('rolled back')]);
    expect(JSON.parse(await readFile(state, 'utf8')).logs[record.log].note).toContain('number 3\n');
    expect((await stat(state)).mode & 0o777).toBe(0o600);
  });

  test('remembers nothing of a bundle that is not whole', async () => {
    const { record, chain } = example();
    event(chain, 4).actor = 'x';
    const bundle = await file('untrue.ndjson', logBundle(record));
    await verify(bundle, '--pub', record.signer.verifier.text, '--state', at('none.json'));
    await expect(stat(at('none.json'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  test('holds a bundle against the checkpoint in a file: a note, or what a host appends', async () => {
    const { record } = example();
    const pub = record.signer.verifier.text;
    const checkpoints = record.snapshots.map(({ number, note }) => ({ type: 'checkpoint', number, note }));
    const appended = await file('checkpoints.ndjson', checkpoints);
    await writeFile(at('note'), record.snapshots.at(-1)?.note ?? '');
    record.snapshots.pop();
    const bundle = await file('back.ndjson', logBundle(record));
    for (const seen of [appended, at('note')])
      expect((await verify(bundle, '--pub', pub, '--no-state', '--checkpoint', seen)).code).toBe(1);
    const { code, stderr } = await verify(
      bundle,
      '--pub',
      pub,
      '--no-state',
      '--checkpoint',
      bundle.replace('back', 'none'),
    );
    expect([code, stderr]).toEqual([2, expect.stringContaining('holds no checkpoint')]);
  });
});

describe('limpet audit keygen', () => {
  test('makes a key for its user alone, tells the public one, and never replaces one', async () => {
    const key = at('keys/key');
    const made = await limpet(['audit', 'keygen', key, '--name', 'limpet.example/one'], {});
    const text = await readFile(key, 'utf8');
    expect(made).toMatchObject({ code: 0, stdout: `${parseSigner(text).verifier.text}\n` });
    expect(await readFile(`${key}.pub`, 'utf8')).toBe(made.stdout);
    expect((await stat(key)).mode & 0o777).toBe(0o600);
    const again = await limpet(['audit', 'keygen', key], {});
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('exists')]);
    expect(await readFile(key, 'utf8')).toBe(text);
  });
});

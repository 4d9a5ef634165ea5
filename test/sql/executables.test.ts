/** What a key with a list may run: the text is read as bash reads it, and what is not read for sure is refused. */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../../sql/contract.ts';
import { makeDirectory } from '../support/directory.ts';
import { fc, runs } from '../support/fuzz.ts';
import { credentialOf, type SqlFixture, sqlFixture } from './fixture.ts';
import { texts } from './shellTexts.ts';

let fixture: SqlFixture;
beforeAll(async () => {
  fixture = await sqlFixture();
});
afterAll(() => fixture.drop());

async function wordsOf(text: string): Promise<string[] | null> {
  const [row] = await fixture.query('select limpet.command_words($1) as words', [text]);
  return row?.words as string[] | null;
}

test.for([
  ['', []],
  ['ls -l', ['ls']],
  ['ls; rm "x" && cat f | grep -v "a; b" # it\'s', ['ls', 'rm', 'cat', 'grep']],
  ['A=1 B="two words" ls', ['ls']],
  ['A=$(date) ls', ['date', 'ls']],
  ['echo "today $(date)"', ['echo', ':', 'date']],
  ["grep 'foo$' x", ['grep']],
  ['ls >o 2>&1 < <(cat x)', ['ls', 'cat']],
  ['>o ls', ['ls']],
  ['(cd /tmp; ls)', ['cd', 'ls']],
  ['{ ls; }', ['ls']],
  ['! ls', ['ls']],
  ['if ls; then cat; else rm; fi', ['ls', 'cat', 'rm']],
  ['for x in a b; do cat $x; done', ['cat']],
  ['for x do rm; done', ['rm']],
  ['while ls\ndo cat\ndone | sort &', ['ls', 'cat', 'sort']],
  ['ls \\\n -l', ['ls']],
  ['\\ls', ['\\ls']],
  ['$X', ['$X']],
  ['f() { ls; }', ['f', 'ls']],
] satisfies [string, string[]][])('%j runs %j', async ([text, words]) => {
  expect(await wordsOf(text)).toEqual(words);
});

test.for([
  'echo `rm`',
  '$(echo rm)',
  'ls$(echo blk)',
  'ls<(true)',
  '"$(echo "; rm; ")"',
  'echo "$(echo "x" ; rm "y")"',
  "cat <<E\nit's\nE\nrm #'",
  "echo $'a\\' ; rm '",
  `echo \${x:-$(rm)}`,
  `echo "\${x#'"'}"; rm; echo "'"`,
  'echo $((x))',
  'echo $[x]',
  '((x))',
  'case x in a) rm;; esac',
  'function f { rm; }',
  'coproc rm',
  'ls\\\nblk',
  "echo a\\\n#'\nrm'",
  'echo $(ls)#; rm',
  'PATH=/tmp ls',
  'for PATH in /tmp; do ls; done',
  'export P$(true)ATH=/tmp',
  'export $x',
  'ls {PATH}>f',
  "ls 'x",
  '(ls',
])('%j is not sure to run nothing else', async (text) => {
  expect(await wordsOf(text)).toBeNull();
});

describe('a key with a list', () => {
  async function keyWith(limits: object) {
    const [credential, session] = [credentialOf(randomUUID()), randomUUID()];
    await fixture.edge.createKey(fixture.admin, randomUUID(), credential, { name: 'x', scopes: ['execute'], limits });
    await fixture.edge.createSession(credential, session, {});
    return {
      submit: (command: string, options: object = {}) =>
        fixture.edge.submitCommand(credential, session, randomUUID(), { command, ...options }),
      open: (env: Record<string, string>) => fixture.edge.createSession(credential, randomUUID(), { env }),
    };
  }
  const refused = { code: 'LP403', detail: 'not_allowed' };

  test('of what it may run runs that alone, and builtins that start nothing', async () => {
    const { submit, open } = await keyWith({ executables_allowed: ['ls', '/bin/cat'] });
    for (const taken of ['ls -l | /bin/cat', 'cd /tmp && echo "$PWD"', 'export A=1']) await submit(taken);
    for (const other of ['rm x', 'cat x', '/tmp/ls', 'ls; eval rm', 'command rm', '. /tmp/x', 'exec rm', 'env ls']) {
      await expect(submit(other)).rejects.toMatchObject(refused);
    }
    await expect(submit('ls', { env: { PATH: '/tmp' } })).rejects.toMatchObject(refused);
    await expect(open({ LD_PRELOAD: '/tmp/x' })).rejects.toMatchObject(refused);
    await open({ COLOUR: 'blue' });
  });

  test('reads texts up to its limit', async () => {
    const { submit } = await keyWith({ executables_allowed: ['ls'] });
    const most = `ls ${'x'.repeat(limits.judgedBytesMax - 3)}`;
    await submit(most);
    await expect(submit(`${most}x`)).rejects.toMatchObject(refused);
  });

  test('of what it may not run names none, whole and anywhere, however it is quoted', async () => {
    const { submit } = await keyWith({ executables_denied: ['rm', 'g++'] });
    for (const taken of ['farm', 'rmdir x', 'echo a-rm-b', 'g+']) await submit(taken);
    for (const other of ['rm x', 'ls;rm x', '/bin/rm x', "r'm' x", 'r\\m x', '$(rm)', 'sudo rm', 'echo rm', 'g++ x']) {
      await expect(submit(other)).rejects.toMatchObject(refused);
    }
  });

  test('is refused the same way on every surface', async () => {
    const credential = credentialOf(randomUUID());
    const limits = { executables_allowed: ['ls'] };
    await fixture.edge.createKey(fixture.admin, randomUUID(), credential, { name: 'x', scopes: ['execute'], limits });
    const execute = fixture.edge.execute(credential, randomUUID(), randomUUID(), { command: 'rm' });
    await expect(execute).rejects.toMatchObject(refused);
    await fixture.edge.lockShell(credential, randomUUID());
    await expect(fixture.edge.runInShell(credential, randomUUID(), 'rm')).rejects.toMatchObject(refused);
  });
});

test('bash runs nothing but what is on the list, whatever text is taken', async () => {
  const directory = await makeDirectory();
  try {
    const log = path.join(directory, 'log');
    // Programs that write down that they ran; names that are put together of others count as others.
    for (const name of ['pa', 'pb', 'no', 'papa', 'papb', 'pano', 'nopa', 'A', 'pa0', '0pa']) {
      await writeFile(path.join(directory, name), `#!/bin/bash\necho ${name} >>'${log}'\n`, { mode: 0o755 });
    }
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(texts, async (some) => {
        const rows = await fixture.query(
          `select text from unnest($1::text[]) text where limpet.command_words(text) <@ '{pa,pb,:,echo,export}'`,
          [some],
        );
        for (const { text } of rows) {
          if (!/no|pa.*pa|A|0/s.test(String(text))) continue;
          taken += 1;
          await writeFile(path.join(directory, 'text'), String(text));
          await rm(log, { force: true });
          const options = { env: { PATH: directory }, cwd: directory, timeout: 5_000 };
          await promisify(execFile)('/bin/bash', ['-c', '. ./text </dev/null; wait'], options).catch(() => {});
          const ran = (await readFile(log, 'utf8').catch(() => '')).split('\n').filter((name) => name !== '');
          expect(['', 'pa', 'pb'], JSON.stringify(text)).toEqual(expect.arrayContaining(ran));
        }
      }),
      { numRuns: runs(4), interruptAfterTimeLimit: 40_000 },
    );
    expect(taken).toBeGreaterThan(0);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}, 60_000);

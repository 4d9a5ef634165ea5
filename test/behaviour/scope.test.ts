/** Scope: what is for one command is gone after it, and what is for a session is gone after that. */
import { describe, expect, test } from 'vitest';
import { call, expectProblem, type ProblemBody } from '../functions/api/client.ts';
import { Shell, type Step } from './shell.ts';
import { useStack } from './stack.ts';

const stack = useStack();
const open = (options = {}) => Shell.open(stack().api, options);
const KiB = 1024;
const literal = '$(whoami) `date` $PATH \'q\' "d" \\ \n!x*';

describe('of one command', () => {
  const scopes: [what: string, ...steps: Step[]][] = [
    [
      'its env is gone after it, for the shell and for programs',
      ['echo $A; env | grep ^A=', { stdout: 'own\nA=own\n' }, { env: { A: 'own' } }],
      ['echo [$A]; env | grep ^A=', { stdout: '[]\n', exit_code: 1 }],
    ],
    [
      'its env hides a variable, which is back afterwards',
      ['A=kept; export B=kept', {}],
      ['echo $A $B', { stdout: 'own own\n' }, { env: { A: 'own', B: 'own' } }],
      ['echo $A $B; env | grep ^B=', { stdout: 'kept kept\nB=kept\n' }],
    ],
    [
      'its cwd is gone after it, and OLDPWD does not know of it',
      ['cd /tmp; cd /usr', {}],
      ['pwd', { stdout: '/\n' }, { cwd: '/' }],
      ['pwd; cd -', { stdout: '/usr\n/tmp\n' }],
    ],
    ['a value is taken literally', ['printf %s "$V"', { stdout: literal }, { env: { V: literal } }]],
    [
      'a relative cwd is under where the shell is',
      ['mkdir -p a/b', {}],
      ['pwd', { stdout: /\/a\/b\n$/ }, { cwd: 'a/b' }],
    ],
    [
      'what it sets itself stays, its own env aside',
      ['C=$A; export D=new', {}, { env: { A: 'own' } }],
      ['echo $C $D [$A]', { stdout: 'own new []\n' }],
    ],
    [
      'a cwd that is missing is an error that names it, and the shell is unharmed',
      ['touch ran', { exit_code: 1, stdout: '', stderr: /\/no\/such: No such file or directory/ }, { cwd: '/no/such' }],
      ['ls ran', { exit_code: 2, generation: 1 }],
    ],
    [
      'an environment of 500 KB reaches the shell and programs',
      [`echo \${#V0} \${#V9}; env | grep -c ^V`, { stdout: '50000 50000\n10\n' }, { env: many(10, 50_000) }],
      ['echo [$V0]; echo on', { stdout: '[]\non\n' }],
    ],
    ['a command of 1 MiB runs', [`: ${'x'.repeat(1024 * KiB - 12)}\necho end`, { stdout: /end\n$/, exit_code: 0 }]],
  ];
  test.concurrent.each(scopes)('%s', async (_what, ...steps) => {
    const shell = await open();
    await shell.play(steps.map(([command, expected, options = {}]) => [command, matching(expected), options]));
  });

  const refused: [what: string, options: object, status: number, code: string][] = [
    ['a name with a dash', { env: { 'A-B': '1' } }, 422, 'invalid'],
    ['a name that begins with a digit', { env: { '1A': '1' } }, 422, 'invalid'],
    ['an empty name', { env: { '': '1' } }, 422, 'invalid'],
    ['a name with code in it', { env: { 'A=$(touch ran);B': '1' } }, 422, 'invalid'],
    ['more than 512 KiB', { env: many(11, 50_000) }, 413, 'too_large'],
  ];
  test.concurrent.each(refused)('env with %s is refused, and nothing runs', async (_what, options, status, code) => {
    const shell = await open();
    const path = `/v1/sessions/${shell.id}/commands`;
    const json = { command: 'touch ran', ...options };
    expectProblem(await call<ProblemBody>(stack().api, 'POST', path, { json }), status, code);
    await shell.play([['ls ran', { exit_code: 2 }]]);
  });
});

describe('of a session', () => {
  test.concurrent('env and cwd are there in every generation', async () => {
    const shell = await open({ env: { A: literal }, cwd: '/usr' });
    const shown = { stdout: `${literal}/usr\n` };
    await shell.play([
      ['printf %s "$A"; pwd', shown],
      ['exit 1', { state: 'shell_exited', generation: 1 }],
      ['printf %s "$A"; pwd', { ...shown, generation: 2 }],
    ]);
  });

  test.concurrent('a cwd that is missing is told before anything runs elsewhere, and it goes on at home', async () => {
    const shell = await open({ cwd: '/no/such' });
    await shell.play([
      ['touch ran', { exit_code: 1, problem: expect.stringContaining('did not run') }],
      ['[ "$PWD" = "$HOME" ] && ls', { stdout: '' }],
    ]);
    expect((await shell.session()).problems).toEqual(['cd: /no/such: No such file or directory']);
  });

  test.concurrent('nobody is asked anything: no pager, no prompt, no terminal', async () => {
    const shell = await open();
    const script = 'echo $PAGER $GIT_PAGER $GIT_TERMINAL_PROMPT $DEBIAN_FRONTEND; tty; : </dev/tty';
    await shell.play([[script, { stdout: 'cat cat 0 noninteractive\nnot a tty\n', exit_code: 1 }]]);
  });
});

function many(count: number, length: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`V${n}`, 'x'.repeat(length)]));
}

/** Regular expressions in a table are patterns for what is printed. */
function matching(expected: object): object {
  const entries = Object.entries(expected).map(([name, value]) => [
    name,
    value instanceof RegExp ? expect.stringMatching(value) : value,
  ]);
  return Object.fromEntries(entries);
}

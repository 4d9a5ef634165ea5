/** Hazards: what a command may do to its shell. One session, in this order; it answers after each. */
import { describe, expect, test } from 'vitest';
import { toldSignal } from '../support/sandbox.ts';
import { Shell, type Step } from './shell.ts';
import { useStack } from './stack.ts';

const stack = useStack();
const ended = (exit_code: number) => ({ state: 'shell_exited', exit_code });
const back: Step = ['/bin/echo back', { stdout: 'back\n', exit_code: 0 }];

const hazards: [promise: string, ...steps: Step[]][] = [
  ['a comment at the end takes nothing with it', ['echo hi # note', { stdout: 'hi\n', exit_code: 0 }]],
  ['a heredoc may end on the last line', ['cat <<END\na $((1+1))\nEND', { stdout: 'a 2\n', stderr: '' }]],
  ['cat gets the end of its input at once', ['cat', { stdout: '', exit_code: 0 }]],
  ['so does read', ['read x', { exit_code: 1 }]],
  [
    "an unclosed quote is bash's own syntax error",
    ['echo "oops', { exit_code: 2, stderr: expect.stringMatching(/line 1: unexpected EOF.*matching/) }],
  ],
  ['so is an unclosed parenthesis', ['(a', { exit_code: 2, stderr: expect.stringContaining('syntax error') }]],
  [
    'a readonly that is assigned to fails',
    ['readonly P=1; P=2', { exit_code: 1, stderr: expect.stringContaining('P: readonly variable') }],
  ],
  [
    'streams that are sent away come back with the next command',
    ['exec >/dev/null', { exit_code: 0 }],
    ['echo back', { stdout: 'back\n' }],
  ],
  ['return ends the command with its code', ['return 4', { exit_code: 4 }]],
  [
    'functions named like builtins are only functions',
    ['echo(){ :; }; mv(){ :; }; printf(){ :; }', { exit_code: 0 }],
    ['/bin/echo x', { stdout: 'x\n' }],
    ['unset -f echo mv printf', { exit_code: 0 }],
  ],
  ['prompts and a DEBUG trap may go', ['PROMPT_COMMAND=; unset PS1; trap - DEBUG', { exit_code: 0 }]],
  ['a trap for INT is kept', ["trap 'echo INT' INT", { exit_code: 0 }], ['trap - INT', { exit_code: 0 }]],
  ['set -n has no effect in an interactive shell', ['set -n', { exit_code: 0 }]],
  ['exit ends the shell, and the next command has a fresh one', ['exit 3', ended(3)]],
  ['set -e and a failure do, too', ['set -e; false', ended(1)]],
  [
    'set -u and an unset name end the command',
    ['set -u; echo $NOPE', { exit_code: 1, stderr: expect.stringContaining('NOPE: unbound variable') }],
    ['set +u', { exit_code: 0 }],
  ],
  ['exec of a program is the end of the shell', ['cd /; exec ls -d /', { ...ended(0), stdout: '/\n' }]],
  ['so is a kill of itself', ['kill -9 $$', { ...ended(137), signal: toldSignal('SIGKILL') }]],
  ['a closed stdout is open again for the next', ['exec 1>&-', { exit_code: 0 }]],
  ['a limit that leaves no descriptor costs the shell, and no more', ['ulimit -n 5', { state: 'shell_exited' }]],
  [
    'a directory that is removed under it',
    ['mkdir x && cd x && rm -rf ../x', { exit_code: 0 }],
    ['echo ok', { stdout: 'ok\n' }],
    ['cd', { exit_code: 0 }],
  ],
  [
    'a job in the background holds nothing back',
    ['sleep 300 & echo done', { stdout: 'done\n' }],
    ['kill $!', { exit_code: 0 }],
  ],
  ['an alias expands', ["alias ll='echo long'", { exit_code: 0 }], ['ll list', { stdout: 'long list\n' }]],
  ['there is no history expansion', ['echo A!B', { stdout: 'A!B\n' }]],
  ['$? is of the command before', ['false', { exit_code: 1 }], ['echo $?', { stdout: '1\n' }]],
  [
    '$! and $_ are, too',
    ['sleep 0 & pid=$!', { exit_code: 0 }],
    ['[ "$!" = "$pid" ] && echo same', { stdout: 'same\n' }],
    ['true first last', { exit_code: 0 }],
    ['echo $_', { stdout: 'last\n' }],
  ],
  [
    'what is declared is global',
    ['declare -A m=([a]=1); declare x=2', { exit_code: 0 }],
    [`echo \${m[a]} $x`, { stdout: '1 2\n' }],
  ],
];

describe('one session survives, in this order:', () => {
  let shell: Shell;
  test.each(hazards)('%s', async (_promise, ...steps) => {
    shell ??= await Shell.open(stack().api);
    await shell.play([...steps, back]);
  });
});

const kept: [what: string, set: string, show: string, shown: string][] = [
  ['a function', 'f() { echo "f $1"; }', 'f 1', 'f 1\n'],
  ['an array', "a=(1 'b c')", `echo "\${#a[@]} \${a[1]}"`, '2 b c\n'],
  ['an associative array', "declare -A m=([k]=v ['a b']='c d')", `echo \${m[k]} \${m[a b]}`, 'v c d\n'],
  ['shopt -s globstar', 'shopt -s globstar', 'shopt -q globstar && echo on', 'on\n'],
  ['set -o pipefail', 'set -o pipefail', 'false | true || echo fails', 'fails\n'],
  ['umask 027', 'umask 027', 'umask', '0027\n'],
  ['a variable', "v='two words'", 'echo "$v"', 'two words\n'],
  ['an exported one', "export V='two words'", '/usr/bin/env | grep ^V=', 'V=two words\n'],
  ['an alias', "alias ll='echo long'", 'll', 'long\n'],
  ['a trap', "trap 'echo usr1' USR1", 'kill -USR1 $$', 'usr1\n'],
  ['the directory', 'cd /usr', 'pwd', '/usr\n'],
];

describe('for the next command, and for the next generation, there is still', () => {
  test.concurrent.each(kept)('%s', async (_what, set, show, shown) => {
    const shell = await Shell.open(stack().api);
    await shell.play([
      [set, { exit_code: 0, generation: 1 }],
      [show, { stdout: shown, generation: 1 }],
      ['exit 1', { ...ended(1), generation: 1 }],
      [show, { stdout: shown, generation: 2 }],
    ]);
    expect(await shell.session()).toMatchObject({ generation: 2, problems: [] });
  });
});

describe('what cannot be restored is told in the session, and costs nothing else', () => {
  const deadly: [what: string, ...texts: string[]][] = [
    ['options and a prompt that end every shell', 'set -e', "PROMPT_COMMAND='false'"],
    ['a trap that ends every shell', "trap 'exit 7' DEBUG"],
    ['a prompt that ends every shell', 'PROMPT_COMMAND="kill -9 \\$\\$"'],
  ];
  test.concurrent.each(deadly)('%s', async (_what, ...texts) => {
    const shell = await Shell.open(stack().api);
    await shell.play([['v=kept; cd /usr; f() { echo "f $v"; }', {}]]);
    const ends = [];
    for (const text of texts) ends.push(await shell.run(text));
    await shell.play([['f; pwd', { stdout: 'f kept\n/usr\n', problem: null }]]);
    const { problems, generation } = await shell.session();
    const left = problems.filter((problem) => /^Traps, options and prompts were left out: bash ended/.test(problem));
    // A command whose own end it was says so, and has left no state; how soon the prompt ends bash is bash's to choose.
    expect(left).toHaveLength(ends.at(-1)?.state === 'shell_exited' ? 0 : 1);
    expect(generation).toBe(2);
  });

  const lost: [what: string, set: string, problem: RegExp][] = [
    ['a readonly that bash refuses', 'readonly BASH_COMPAT=99', /^BASH_COMPAT: 99: compatibility value out of range$/],
    ['a directory that is gone', 'mkdir gone; cd gone; rmdir ../gone', /^cd: .*\/gone: No such file or directory$/],
  ];
  test.concurrent.each(lost)('%s', async (_what, set, problem) => {
    const shell = await Shell.open(stack().api);
    await shell.play([
      [`v=kept; ${set}`, {}],
      ['exit 1', ended(1)],
      ['echo $v', { stdout: 'kept\n', generation: 2 }],
    ]);
    expect((await shell.session()).problems).toEqual([expect.stringMatching(problem)]);
    await shell.play([['cd /; unset -v BASH_COMPAT; pwd', { stdout: '/\n' }]]);
  });
});

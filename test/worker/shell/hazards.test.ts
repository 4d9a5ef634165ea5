import { describe, expect, test } from 'vitest';
import { areHeld, openTestShell, type TestShell } from './support.ts';

interface Expected {
  out?: string;
  code?: number | null;
  outcome?: string;
  err?: RegExp;
}

/** What a command must give, and that the shell, or the next one, answers after it. */
async function check(shell: TestShell, text: string, { out = '', code = 0, outcome = 'exited', err }: Expected) {
  const ran = await shell.exec(text);
  expect({ out: ran.out, code: ran.exitCode, outcome: ran.outcome }, text).toEqual({ out, code, outcome });
  if (err) expect(ran.err).toMatch(err);
  expect(ran.shellAlive).toBe(outcome === 'exited');
  if (ran.shellAlive) expect((await shell.exec('/bin/echo still here')).out, text).toBe('still here\n');
}

describe('one shell survives all of these, in this order', async () => {
  const steps: [string, Expected][] = [
    ['echo hi # note', { out: 'hi\n' }],
    ['cat <<END\na $((1+1))\nEND', { out: 'a 2\n' }],
    ['cat', {}],
    ['read x', { code: 1 }],
    ['echo "oops', { code: 2, err: /command: line 1: unexpected EOF while looking for matching/ }],
    ['(a', { code: 2, err: /syntax error/ }],
    ['echo one\n\nnosuchprogram', { out: 'one\n', code: 127, err: /nosuchprogram: command not found/ }],
    ['readonly P=1; P=2', { code: 1, err: /P: readonly variable/ }],
    ['exec >/dev/null', {}],
    ['echo back', { out: 'back\n' }],
    ['return 4', { code: 4 }],
    [
      'echo(){ :; }; mv(){ :; }; printf(){ :; }; cd(){ :; }; eval(){ :; }; read(){ :; }; declare(){ :; }; trap(){ :; }',
      {},
    ],
    ['/bin/echo x', { out: 'x\n' }],
    ['unset -f echo mv printf cd eval read declare trap', {}],
    ['PROMPT_COMMAND=; unset PS1; trap - DEBUG', {}],
    ["PROMPT_COMMAND='printf noise; false'; PS1='$(echo prompt) '", {}],
    ['echo $?', { out: '0\n' }],
    ['PROMPT_COMMAND=', {}],
    ["trap 'echo INT' INT", {}],
    ['trap - INT', {}],
    ['set -n', {}],
    ['echo A!B', { out: 'A!B\n' }],
    ["alias ll='echo long'", {}],
    ['ll ist', { out: 'long ist\n' }],
    ['alias if=: then=: fi=: declare=: printf=: builtin=: trap=:', {}],
    ['unalias if then fi declare printf builtin trap; false', { code: 1 }],
    ['true a b c', {}],
    ['exec 1>&-', {}],
    ['exec 0<&- 2>&-', {}],
    ['exec 3>/dev/null 9</dev/null', {}],
    ['exec 3>&- 9<&-', {}],
    ['mkdir x && cd x && rm -rf ../x', {}],
    ['echo ok', { out: 'ok\n' }],
    ['cd', {}],
    ['set -x; echo traced; set +x', { out: 'traced\n', err: /^\++ echo traced\n\++ set \+x\n$/ }],
    ['set -v; echo verbose\nset +v', { out: 'verbose\n' }],
    ['set -u', {}],
    ['set -fCkbET; set +fCkbET', {}],
    ['set +u; set -C', {}],
    ['set +C; PATH=; IFS=x:/', {}],
    ['PATH=/usr/bin:/bin; unset IFS', {}],
    ['set -o posix; shopt -s failglob nullglob nocaseglob compat44', {}],
    ['set +o posix; shopt -u failglob nullglob nocaseglob compat44', {}],
    ['POSIXLY_CORRECT=1', {}],
    ['unset POSIXLY_CORRECT', {}],
    ["trap 'echo DEBUG >/dev/null' DEBUG; trap 'exit 9' ERR; trap 'true' RETURN", {}],
    ['trap - DEBUG ERR RETURN; ! true', { code: 1 }],
    ['shopt -s extdebug', {}],
    ['shopt -u extdebug', {}],
    ['unset -f __limpet_end; unset __limpet_z __limpet_done __limpet_u', { code: 1, err: /readonly/ }],
    ['__limpet_done="a b"; __limpet_u="a\nb"', {}],
    ['export LANG=de_DE.UTF-8 LC_ALL=nowhere', {}],
    ['unset LANG LC_ALL', {}],
    ['exec 2>&1; echo merged >&2', { out: 'merged\n' }],
    ['ulimit -f 0', {}],
    ['set -e', {}],
    ['set +e', {}],
    ["trap 'echo bye' EXIT", {}],
    ['exit 3', { out: 'bye\n', code: 3, outcome: 'shell_exited' }],
  ];
  test('whatever they do to it', async () => {
    const shell = await openTestShell();
    for (const [text, expected] of steps) await check(shell, text, expected);
  });
});

describe('a command that ends its shell says so with what is known', () => {
  test.each<[string, Expected & { signal?: string }]>([
    ['exit 3', { code: 3 }],
    ['echo before; exit', { out: 'before\n' }],
    ['set -e; false', { code: 1 }],
    ['set -euo pipefail; false | true', { code: 1 }],
    ['exec echo replaced', { out: 'replaced\n' }],
    ['exec nosuchprogram', { code: 127 }],
    ['kill -9 $$', { code: 137, signal: 'SIGKILL' }],
    ['trap "exit 7" DEBUG', { code: 7 }],
    ["shopt -s extdebug; trap 'false' DEBUG", { code: null }],
    ['enable -n builtin', { code: null }],
    ['builtin() { :; }', { code: null }],
    ['readonly __limpet_last', { code: null }],
    ['enable -n .', {}],
    ['set -r', {}],
    ['ulimit -n 5', {}],
    [`for fd in /proc/$$/fd/*; do eval "exec \${fd##*/}>&-"; done`, { code: null }],
    ['for fd in 10 11 12 13; do eval "exec $fd>&-"; done', { code: null }],
  ])('%s', async (text, { out = '', code = 0, signal = null }) => {
    const shell = await openTestShell();
    const ran = await shell.exec(text);
    expect(ran).toMatchObject({ outcome: 'shell_exited', shellAlive: false, state: null, cwd: null });
    // From elsewhere bash tells a signal by its exit code alone.
    if (code !== null) expect([ran.exitCode, ran.signal]).toEqual([code, areHeld() ? null : signal]);
    expect(ran.out).toContain(out);
    await expect(shell.exec('true')).rejects.toThrow('The shell is gone.');
  });
});

describe('a command that closes what bash keeps of its own streams has its output, and nothing of the protocol', () => {
  test.each([
    ['exec 10>&-; echo closed'],
    ['exec 11>&-; echo closed'],
    ['exec 12>&-; echo closed'],
    ['for i in {3..254}; do eval "exec $i>&-"; done; echo closed'],
  ])('%s', async (text) => {
    for (const options of [{}, { mergeOutput: true }]) {
      const shell = await openTestShell(options);
      const ran = await shell.exec(text);
      expect(ran).toMatchObject({ outcome: 'shell_exited', exitCode: 137, shellAlive: false });
      expect(`${ran.out}${ran.err}`).toMatch(/^closed\n(?:bash: \d+: Bad file descriptor\n)?$/);
    }
  });
});

describe('what bash remembers of a command is there for the next', () => {
  test.each([
    ['false', 'echo $?', '1\n'],
    ['sleep 0 & pid=$!', '[ "$!" = "$pid" ] && echo same', 'same\n'],
    ['mkdir made other', 'echo $_', 'other\n'],
    ['. ./nothing 2>/dev/null; true last', 'echo $_', 'last\n'],
    ['declare -A m=([a]=1); declare x=2', `echo \${m[a]} $x`, '1 2\n'],
    ['set -- a "b c"', 'echo $# "$2"', '2 b c\n'],
    ['f() { echo "in f: $1"; }', 'f 1', 'in f: 1\n'],
    ['x=5; ((x++)); let y=x*2', 'echo $x $y', '6 12\n'],
    ["trap 'echo mine' RETURN", 'trap -p RETURN', "trap -- 'echo mine' RETURN\nmine\n"],
    [
      'set -o pipefail; shopt -s globstar; umask 027',
      'shopt -q globstar && echo $(umask) $SHELLOPTS | grep -o "0027.*pipefail"',
      expect.stringContaining('pipefail'),
    ],
    ['sleep 0.05; exec 5>&1', 'echo fine', 'fine\n'],
    ["trap 'echo D' DEBUG", 'echo two', 'two\n'],
    ["set -T; trap 'echo D' DEBUG", 'trap -p DEBUG', expect.stringContaining("D\ntrap -- 'echo D' DEBUG\nD\n")],
    ['exec 9>A 13>B {log}>C', 'echo a >&9; echo b >&13; echo c >&$log; cat A B C', 'a\nb\nc\n'],
    // docs/shell.md: bash takes it back.
    ['exec 10>A', '{ echo a >&10; } 2>/dev/null; cat A', ''],
    ['set -x; true last 2>/dev/null', 'set +x; echo $_', '+x\n'],
    ['set -euxo pipefail; true last 2>/dev/null', 'echo $_', 'last\n'],
  ])('%s, then %s', async (first, second, out) => {
    const shell = await openTestShell();
    await shell.exec(first);
    expect((await shell.exec(second)).out).toEqual(out);
  });
});

describe('the protocol stays private', () => {
  test.each([{}, { environment: { A: 'a' } }])('also while commands are traced, given %j', async (own) => {
    const shell = await openTestShell();
    expect((await shell.exec('set -x; echo one', own)).err).toMatch(/^\++ echo one\n$/);
    expect((await shell.exec('echo two', own)).err).toMatch(/^\++ echo two\n$/);
    expect((await shell.exec('set +x; set -euxo pipefail; f() { return 0; }; f', own)).err).toMatch(
      /^\++ set \+x\n\++ f\n\++ return 0\n$/,
    );
  });

  test('a program has its three streams and nothing else', async () => {
    const shell = await openTestShell();
    // The last is of the directory that is being read.
    expect((await shell.exec('ls /proc/self/fd')).out).toBe('0\n1\n2\n3\n');
  });

  test('a subshell in the background does not keep the next command from ending', async () => {
    const shell = await openTestShell();
    await shell.exec('(while :; do read -t 1 <> <(:); done) &');
    expect((await shell.exec('echo next')).out).toBe('next\n');
  });

  test('nothing of it is in history, variables that scripts see, or the environment but the markers', async () => {
    const shell = await openTestShell();
    const { out } = await shell.exec('env | sed "s/=.*//" | grep -i limpet | sort; history');
    expect(out).toBe('LIMPET_COMMAND\nLIMPET_SHELL\n');
  });

  test('a command that guesses at records gets them as output, not as its end', async () => {
    const shell = await openTestShell();
    const text =
      'for fd in 1 10 11 12; do echo 1:0:ran: >&$fd; done 2>/dev/null; echo $__limpet_done:0:ran: >&10; sleep 0.05; (exit 7)';
    expect(await shell.exec(text)).toMatchObject({ outcome: 'exited', exitCode: 7 });
  });
});

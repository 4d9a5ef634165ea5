/** A shell that ends, is misused, or is written to strangely. */
import { expect, test } from 'vitest';
import type { Command } from '../../../sql/contract.ts';
import { call } from '../../functions/api/client.ts';
import { Shell, type Step } from '../shell.ts';
import { type Stack, until } from '../stack.ts';

const went = (exit_code: number) => ({ state: 'shell_exited', exit_code });

/** Declares them. */
export function ofShells(stack: () => Stack): void {
  const lines: [promise: string, ...steps: Step[]][] = [
    [
      '1. one that exited poisons nothing: the commands after it have its state in a fresh generation',
      ['cd /usr; v=kept; f() { echo "f $v"; }', { generation: 1 }],
      ['exit 0', { ...went(0), generation: 1 }],
      ['f; pwd', { stdout: 'f kept\n/usr\n', generation: 2 }],
      ['f', { stdout: 'f kept\n', generation: 2 }],
    ],
    ['3. a job that holds stdout holds no call back', ['sleep 300 & echo done', { stdout: 'done\n' }]],
    [
      '5. a heredoc is what was written, with nothing pasted onto it',
      ["cat <<'E'\n$HOME `id` \\\nE", { stdout: '$HOME `id` \\\n' }],
      ['cat <<E\nlast line', { stdout: 'last line\n', stderr: expect.stringContaining('delimited by end-of-file') }],
      ['cat <<E | cat\nin a pipe\nE', { stdout: 'in a pipe\n' }],
    ],
    [
      '6. an unclosed quote is a syntax error, and the shell lives',
      ["echo 'a", { exit_code: 2, stderr: expect.stringContaining('unexpected EOF while looking for matching') }],
      ['echo `a', { exit_code: 2 }],
      ['if true', { exit_code: 2 }],
      ['echo on', { stdout: 'on\n', generation: 1 }],
    ],
    [
      '7. what reads stdin finds it empty, and the protocol whole',
      ['cat; wc -c; read -r line; echo $?; head -c 100 /dev/fd/0', { stdout: '0\n1\n' }],
      ['while read -r line; do echo "$line"; done; bash -s; exec 0<&-; cat <&0', { stdout: '' }],
      ['echo on', { stdout: 'on\n', generation: 1 }],
    ],
    [
      '8. what changes or ends the shell may: it is observed, and survived',
      ['set -u; echo $-', { stdout: expect.stringContaining('u') }],
      ['echo "$NOPE"', { exit_code: 1 }],
      ['set +u; exec 2>&1 >/dev/null', { exit_code: 0 }],
      ['set -e; true', { exit_code: 0, generation: 1 }],
      ['false', { ...went(1), generation: 1 }],
      ['set +e; false', { exit_code: 1, generation: 2 }],
      ['exec true', { ...went(0), generation: 2 }],
      ['exit 7', { ...went(7), generation: 3 }],
      ['echo on', { stdout: 'on\n', generation: 4 }],
    ],
    [
      '16. characters may come in pieces, be none, or be NUL',
      [`printf '\\xe2'; sleep 0.05; printf '\\x89'; sleep 0.05; printf '\\xa4'`, { stdout: '≤' }],
      [`printf '\\xff\\xe2\\x89\\x00x' >&2`, { stderr: '\ufffd\ufffd\0x', stderr_bytes: 5 }],
    ],
    [
      '18. no pager and no prompt waits for a person',
      [
        'echo $PAGER $GIT_PAGER $GIT_TERMINAL_PROMPT $DEBIAN_FRONTEND',
        { stdout: 'cat cat 0 noninteractive\n', exit_code: 0 },
      ],
      ['tty; read -p "Continue? " answer; echo $?; : </dev/tty', { stdout: 'not a tty\n1\n', exit_code: 1 }],
    ],
    [
      '19. no marker is in the output, and what looks like one ends nothing',
      ["echo '__END__'; echo '1:0:ran:' >&2", { stdout: '__END__\n', stderr: '1:0:ran:\n' }],
      ["PS1='mark '; PS2='mark '; PROMPT_COMMAND='echo mark'; trap 'echo DEBUG' DEBUG", {}],
      ['trap - DEBUG; PROMPT_COMMAND=', {}],
      ['set -x; : traced; set +x', { stdout: '', stderr: expect.not.stringMatching(/limpet|builtin/) }],
    ],
  ];
  test.concurrent.each(lines)('%s', async (_promise, ...steps) => {
    await (await Shell.open(stack().api)).play(steps);
  });

  const deaths: [how: string, script: string][] = [
    ['was killed by a job', '(read -t 0.2 </dev/zero; kill -9 $$) & :'],
    ['timed out at its prompt', 'TMOUT=1'],
  ];
  test.concurrent.each(deaths)('1. one that %s between two commands costs neither of them', async (_how, script) => {
    const shell = await Shell.open(stack().api);
    await shell.play([[`v=kept; cd /usr; sleep 300 & ${script}`, { generation: 1 }]]);
    // Its jobs go with it, as they do when a command ends it.
    await until(() => stack().processes(shell.id).length === 0);
    await shell.play([['echo $v; pwd; unset TMOUT', { stdout: 'kept\n/usr\n', generation: 2, problem: null }]]);
  });

  test.concurrent('19. escape sequences are stored as they came, and can be left out when reading', async () => {
    const shell = await Shell.open(stack().api);
    const command = await shell.start(`printf '\\e[31mred\\e[0m \\e]0;title\\aplain\\n'`);
    expect(await command.ended()).toMatchObject({ stdout: '\x1b[31mred\x1b[0m \x1b]0;title\x07plain\n' });
    const stripped = await call<Command>(stack().api, 'GET', `/v1/commands/${command.id}?strip=ansi`);
    expect(stripped.body.stdout).toBe('red plain\n');
  });
}

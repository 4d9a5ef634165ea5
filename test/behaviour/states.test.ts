/** Random sequences of what can be done to a session, held against a model of its states (model.ts). */
import { expect, test } from 'vitest';
import { type Command, hasEnded, type Page } from '../../sql/contract.ts';
import { call } from '../functions/api/client.ts';
import { fc, runs } from '../support/fuzz.ts';
import { freshModel, type Model, type Real, steps } from './model.ts';
import { Shell } from './shell.ts';
import { until, useStack } from './stack.ts';

const stack = useStack();
const longMs = runs(300_000);
const stepsMax = 14;
const open = () => Shell.open(stack().api, { cwd: '/' });

test('whatever is done to a session, in whatever order, it is as it must be', { timeout: longMs }, async () => {
  const sequences = fc.commands(steps, { maxCommands: stepsMax, size: 'max' });
  const property = fc.asyncProperty(sequences, async (sequence) => {
    const model = freshModel();
    const real: Real = { shell: await open(), open, processes: (shell) => stack().processes(shell.id), serial: 0 };
    await fc.asyncModelRun(() => ({ model, real }), sequence);
    await everythingRanOnce(model, real);
    await real.shell.close();
  });
  await fc.assert(property, { numRuns: runs(12) });
});

/** What a command may do to its shell, each survived in hazards.test.ts: here in any order, on top of each other. */
const hazards = [
  'exec >/dev/null 2>&1',
  'exec <&- >&- 2>&-',
  'exec 3>/tmp/x 9<&0; exec 3>&-',
  'for fd in 10 11 12 13; do eval "exec $fd>&-"; done',
  'echo(){ :; }; printf(){ :; }; builtin(){ :; }; cd(){ :; }; trap(){ :; }; set(){ :; }; declare(){ :; }',
  'unset -f echo printf builtin cd trap set declare',
  'alias if=: builtin=: .=: echo=: declare=: trap=:',
  'unalias -a',
  'set -e',
  'set -u',
  'set -n; set -v; set -x',
  'set -fCkbET',
  'set +efuxvCkbET',
  'set -r',
  'set -o posix',
  'shopt -s extdebug failglob nullglob',
  "trap 'echo DEBUG' DEBUG; trap 'echo ERR' ERR; trap 'echo RETURN' RETURN; trap 'echo EXIT' EXIT",
  "trap '' INT TERM HUP QUIT",
  "trap 'echo INT' INT; trap 'echo TERM' TERM",
  'trap - DEBUG ERR RETURN EXIT INT TERM HUP QUIT',
  "PROMPT_COMMAND='echo prompt; false'; PS1='$(echo ps1)'",
  'PROMPT_COMMAND=; PS1=; PATH=; IFS=x; HOME=/; unset PWD OLDPWD',
  'PATH=/usr/bin:/bin; unset IFS',
  'readonly PATH IFS PWD v',
  'enable -n builtin printf . trap',
  'mkdir -p d && cd d && rm -rf ../d',
  'ulimit -n 5',
  'ulimit -f 0',
  'umask 777',
  'kill -STOP $$',
  'kill -9 $$',
  'kill -INT $$',
  'kill -HUP $$',
  'exit 3',
  'exec true',
  'return 4',
  'break; continue 9',
  '(a',
  'echo "oops',
  'cat; read x; head -c 9',
  'sleep 300 & sleep 300 | cat & disown -a',
  'setsid sleep 300 & (sleep 300 &)',
  'coproc cat; wait',
  'sleep 300',
  'while :; do :; done',
  'yes',
  'wait',
  'TMOUT=1',
  'LC_ALL=nowhere; LANG=de_DE.UTF-8',
  'f() { f; }; declare -A m=([a]=1); a=(1 2); declare -n ref=m; export -f f',
  'set -- a b; shift 9; getopts x y; hash -r; unset __limpet_done __limpet_d',
  '__limpet_z=1; __limpet_done=x; __limpet_end(){ :; }',
];

test('hazards in any order leave a session that answers, and no command without an end', {
  timeout: longMs,
}, async () => {
  const sequences = fc.array(fc.constantFrom(...hazards), { minLength: 1, maxLength: 12, size: 'max' });
  const property = fc.asyncProperty(sequences, async (sequence) => {
    const shell = await open();
    for (const text of sequence) {
      const { state, generation, problem } = await shell.run(text, { timeout: '300ms', max_output: 1000 });
      expect(state, text).toMatch(/^(?:exited|shell_exited|timed_out)$/);
      expect(generation, text).toEqual(expect.any(Number));
      // Of one that had to be ended with its shell it is told.
      expect(problem ?? '', text).toMatch(
        state === 'timed_out' ? /^(?:Its shell could not be brought back .*)?$/ : /^$/,
      );
    }
    // Whatever it was made into: a shell of its own answers.
    await expect
      .poll(async () => (await shell.run('/bin/sh -c "echo well"', { timeout: '5s' })).stdout)
      .toMatch(/^well$/m);
    await shell.close();
    await until(() => stack().processes(shell.id).length === 0);
  });
  await fc.assert(property, { numRuns: runs(15) });
});

/** Every command has ended, in order; what ran left its mark once, and what was cancelled never. */
async function everythingRanOnce(model: Model, { shell }: Real): Promise<void> {
  const { stdout } = await shell.run('cat ~/ran');
  const marks = stdout.split('\n').filter(Boolean);
  const ran = [...model.ends].filter(([, state]) => state !== 'cancelled').map(([serial]) => serial);
  expect(marks).toEqual(ran);
  const path = `/v1/sessions/${shell.id}/commands?limit=1000`;
  const { items } = (await call<Page<Command>>(stack().api, 'GET', path)).body;
  expect(items.filter(({ state }) => !hasEnded(state))).toEqual([]);
  expect(items.map(({ seq }) => seq)).toEqual(items.map((_, index) => index + 1));
}

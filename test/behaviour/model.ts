/** What a session must be like after whatever was done to it: the model that random steps are held against (states.test.ts). */
import { expect } from 'vitest';
import type { Command } from '../../sql/contract.ts';
import { fc } from '../support/fuzz.ts';
import { toldSignal } from '../support/sandbox.ts';
import type { Shell } from './shell.ts';
import { until } from './stack.ts';

/** What is known of the shell. A shell that was ended with its command may be followed by another: then `mayBeNext`. */
export interface Model {
  generation: number;
  mayBeNext: boolean;
  exitCode: number;
  variable: string;
  directory: string;
  options: Set<string>;
  /** Texts that were submitted, and how each ended. */
  ends: Map<string, string>;
}

export interface Real {
  shell: Shell;
  open(): Promise<Shell>;
  /** Living processes of the session. */
  processes(shell: Shell): number[];
  serial: number;
}

type Step = fc.AsyncCommand<Model, Real, boolean>;
type Expected = Partial<Command> & Pick<Command, 'state' | 'exit_code'>;

export function freshModel(): Model {
  return {
    generation: 1,
    mayBeNext: false,
    exitCode: 0,
    variable: '',
    directory: '/',
    options: new Set(),
    ends: new Map(),
  };
}

function step(name: string, run: (model: Model, real: Real) => Promise<void>): Step {
  return { check: () => true, run, toString: () => name };
}

/** Each command leaves a mark before it does anything: what ran, and how often, is counted at the end. */
function marked(real: Real, text: string): string {
  real.serial += 1;
  return `builtin echo ${real.serial} >>~/ran; ${text}`;
}

/** Holds an ended command against what the model says, and moves the model on. */
function observe(model: Model, { generation, ...ended }: Command, expected: Expected): void {
  expect(ended, ended.command).toMatchObject(expected);
  const generations = model.mayBeNext ? [model.generation, model.generation + 1] : [model.generation];
  expect(generations, ended.command).toContain(generation);
  model.generation = generation ?? 0;
  model.mayBeNext = ['killed', 'timed_out'].includes(ended.state);
  if (ended.state === 'shell_exited') model.generation += 1;
  if (ended.exit_code !== null) model.exitCode = ended.exit_code;
  model.ends.set(/\bbuiltin echo (\d+) >>/.exec(ended.command)?.[1] ?? '', ended.state);
}

async function runs(model: Model, real: Real, text: string, expected: Expected, options: object = {}): Promise<void> {
  observe(model, await real.shell.run(marked(real, text), options), expected);
}

/** A command that fails: under `set -e` it ends its shell. */
function failed(model: Model, exit_code: number): Expected {
  return { state: model.options.has('errexit') ? 'shell_exited' : 'exited', exit_code };
}

const options = ['errexit', 'nounset', 'pipefail', 'noglob'];
const quiet = { state: 'exited', exit_code: 0 } as const;
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;

/** Whatever is done to a session, with values of its own. */
export const steps: fc.Arbitrary<Step>[] = [
  fc.constant(
    step('look', async (model, real) => {
      // `$?` is of the command before, so it has to be looked at first.
      const text = `__code=$?; ${marked(real, `printf '%s|' "$__code" "\${v-}" "$PWD" "$SHELLOPTS"`)}`;
      const expected = [model.exitCode, model.variable, model.directory, [...model.options].sort()];
      const ended = await real.shell.run(text);
      observe(model, ended, { ...quiet, stderr: '' });
      const [, code, variable, directory, on = ''] = /^(\d+)\|(.*)\|(.*)\|(.*)\|$/s.exec(ended.stdout) ?? [];
      const shown = on.split(':').filter((option) => options.includes(option));
      expect([Number(code), variable, directory, shown.sort()]).toEqual(expected);
    }),
  ),
  fc.string({ unit: 'grapheme', maxLength: 20 }).map((value) => {
    const variable = value.replaceAll('\0', '');
    return step(`set ${JSON.stringify(variable)}`, async (model, real) => {
      await runs(model, real, `v=${quoted(variable)}`, quiet);
      model.variable = variable;
    });
  }),
  fc.constantFrom('/', '/usr', '/tmp').map((directory) =>
    step(`cd ${directory}`, async (model, real) => {
      await runs(model, real, `cd ${directory}`, { ...quiet, cwd: directory });
      model.directory = directory;
    }),
  ),
  fc.tuple(fc.constantFrom(...options), fc.boolean()).map(([option, on]) =>
    step(`${on ? 'set -o' : 'set +o'} ${option}`, async (model, real) => {
      await runs(model, real, `set ${on ? '-' : '+'}o ${option}`, quiet);
      if (on) model.options.add(option);
      else model.options.delete(option);
    }),
  ),
  fc.constant(step('fail', (model, real) => runs(model, real, 'false', failed(model, 1)))),
  fc.constant(
    step('fail in a pipe', (model, real) =>
      runs(model, real, 'false | true', model.options.has('pipefail') ? failed(model, 1) : quiet),
    ),
  ),
  fc
    .nat({ max: 255 })
    .map((code) =>
      step(`exit ${code}`, (model, real) =>
        runs(model, real, `v=lost; cd /usr/bin; exit ${code}`, { state: 'shell_exited', exit_code: code, cwd: null }),
      ),
    ),
  fc
    .constantFrom('kill -9 $$', 'exec sh -c "kill -9 \\$\\$"')
    .map((text) =>
      step(text, (model, real) =>
        runs(model, real, text, { state: 'shell_exited', exit_code: 137, signal: toldSignal('SIGKILL') }),
      ),
    ),
  fc
    .constantFrom('sleep 300', 'sleep 300 | cat', 'while :; do :; done', `bash -c "trap '' INT TERM; sleep 300; :"`)
    .map((text) =>
      step(`time out: ${text}`, (model, real) =>
        runs(model, real, text, { state: 'timed_out', exit_code: 124 }, { timeout: '200ms' }),
      ),
    ),
  fc.constantFrom('sleep 300', '(setsid sleep 300 &); sleep 300', 'read -r line').map((text) =>
    step(`kill: ${text}`, async (model, real) => {
      const command = await real.shell.start(marked(real, `echo up; ${text}`), { interactive: true });
      await command.printed('up\n');
      expect((await command.cancel()).status).toBe(202);
      observe(model, await command.ended(), { state: 'killed', stdout: 'up\n' } as Expected);
    }),
  ),
  fc.constantFrom('sleep 300', 'while :; do :; done').map((text) =>
    step(`interrupt: ${text}`, async (model, real) => {
      const command = await real.shell.start(marked(real, `echo up; ${text}; v=lost`));
      await command.printed('up\n');
      await until(async () => {
        if ((await command.now()).state === 'running') await real.shell.interrupt();
        return (await command.now()).state !== 'running';
      });
      observe(model, await command.ended(), { state: 'exited', exit_code: 130 });
    }),
  ),
  fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }).map((cancelled) =>
    step(`queue, and cancel of it ${cancelled}`, async (model, real) => {
      const gate = await real.shell.start(marked(real, 'read -r go'), { interactive: true });
      const queued = [];
      for (const isCancelled of cancelled) {
        const command = await real.shell.start(marked(real, ':'));
        queued.push({ command, isCancelled, serial: String(real.serial) });
      }
      for (const { command, isCancelled } of queued) if (isCancelled) await command.cancel();
      await gate.send('go\n');
      observe(model, await gate.ended(), quiet);
      for (const { command, isCancelled, serial } of queued) {
        const ended = await command.ended();
        if (!isCancelled) observe(model, ended, quiet);
        else expect(ended).toMatchObject({ state: 'cancelled', exit_code: null, generation: null });
        model.ends.set(serial, ended.state);
      }
    }),
  ),
  fc
    .constantFrom('sleep 300 &', '(setsid sleep 300 >/dev/null 2>&1 &)', 'nohup sleep 300 >/dev/null 2>&1 &')
    .map((text) => step(`job: ${text}`, (model, real) => runs(model, real, text, quiet))),
  fc.constant(
    step('close the session and open another', async (model, real) => {
      const { shell } = real;
      const command = await shell.start(marked(real, 'sleep 300'));
      await shell.close();
      expect((await command.ended()).state).toMatch(/^(?:killed|cancelled)$/);
      await until(() => real.processes(shell).length === 0);
      real.shell = await real.open();
      Object.assign(model, freshModel());
    }),
  ),
];

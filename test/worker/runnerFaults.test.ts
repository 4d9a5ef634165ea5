/** Which rejections that nobody waits for a host outlives. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

/** Rejects with an error of this stack where nobody waits, and says that it is still there a moment later. */
const program = (stack: string) => `
  import { outliveRunners } from '${new URL('../../worker/runnerFaults.ts', import.meta.url)}';
  outliveRunners((level, event) => console.log(level, event));
  void Promise.reject(Object.assign(new Error('Connection terminated'), { stack: ${JSON.stringify(stack)} }));
  setTimeout(() => console.log('alive'), 50);
`;
const run = (stack: string) => {
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program(stack)]);
  return { status, stdout: stdout.toString() };
};

test('one of a runner whose connection broke while it stopped is logged', () => {
  const stack = 'Error: x\n    at onError (file:///app/node_modules/graphile-worker/dist/localQueue.js:372:27)';
  expect(run(stack)).toEqual({ status: 0, stdout: 'warn runner_rejected\nalive\n' });
});

test('any other ends the process', () => {
  const { status, stdout } = run('Error: x\n    at actor (file:///app/worker/actor.ts:1:1)');
  expect(status).not.toBe(0);
  expect(stdout).toBe('');
});

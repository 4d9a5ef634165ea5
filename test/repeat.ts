/** `npm run repeat -- 10 [files…]`: runs tests so many times in a row, the behaviour suite by default, and says how many were green. */
import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
const usage = 'Say how often: npm run repeat -- 10 [files…]';

/** One run; what it printed is shown only where it failed. */
async function run(files: string[]): Promise<boolean> {
  const child = spawn(process.execPath, [vitest, 'run', ...files], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const [code, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code !== 0) console.log(out + err);
  return code === 0;
}

const [count, ...given] = process.argv.slice(2);
const times = Number(count);
if (!Number.isInteger(times) || times < 1) {
  console.error(usage);
  process.exit(2);
}
let green = 0;
for (let number = 1; number <= times; number += 1) {
  const startedAt = performance.now();
  const isGreen = await run(given.length > 0 ? given : ['test/behaviour']);
  if (isGreen) green += 1;
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.log(`${number} of ${times}: ${isGreen ? 'green' : 'red'} after ${seconds} s`);
}
console.log(`${green} of ${times} were green.`);
process.exit(green === times ? 0 : 1);

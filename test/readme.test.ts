/** README is the manual: what it shows in `console` blocks is typed here, in one shell, against a limpet as it starts one. */
import { execFile } from 'node:child_process';
import { readdir, readFile, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../sql/contract.ts';
import { makeDirectory } from './support/directory.ts';
import { type Limpet, limpet, startLimpet } from './support/limpet.ts';

const run = promisify(execFile);
const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text);

interface Step {
  command: string;
  output: string;
}

/** The commands of a console block (lines that begin with "$ "), each with what the block shows under it. */
function stepsOf(block: string): Step[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [command = '', ...output] = part.split('\n');
      return { command, output: output.join('\n') };
    });
}

const key = 'a-key-for-the-readme';
let dataDir: string;
let running: Limpet;

beforeAll(async () => {
  dataDir = await makeDirectory();
  running = await startLimpet({ LIMPET_BOOTSTRAP_KEY: key, LIMPET_DATA_DIR: dataDir });
});
afterAll(async () => {
  running.kill('SIGTERM');
  await running.ended;
  await rm(dataDir, { recursive: true, force: true });
});

test('every command in its console blocks gives what is shown', async () => {
  const steps = blocks('console').flatMap(stepsOf);
  expect(steps.length).toBeGreaterThan(15);
  const first = steps[0]?.command ?? '';
  expect(first, 'the key and the address come first').toBe("export KEY='lp_…' URL='http://127.0.0.1:8787'");
  const own = { command: `export KEY='${key}' URL='${running.url}'`, output: '' };
  // One shell for all; a line of its own after each command tells the outputs apart.
  const script = [own, ...steps.slice(1)].map(({ command }) => `${command}\nprintf '\\001\\n'\n`).join('');
  const { stdout } = await run('bash', ['-c', script], { maxBuffer: 10_000_000 });
  const outputs = stdout.split('\u0001\n');
  for (const [index, { command, output }] of steps.entries()) expect(outputs[index], command).toBe(output);
});

test('its limits are those of the contract', () => {
  const shown = (name: string) => new RegExp(`^\\| [^|]*${name}[^|]* \\| ([^|]+) \\|`, 'm').exec(readme)?.[1];
  const sizes = [limits.commandBytesMax, limits.bodyBytesMax].map((bytes) => `${bytes / 1024 ** 2} MiB`);
  expect(shown("a command's text")).toBe(sizes.join('; '));
  expect(shown('max_output')).toBe(`${limits.maxOutputBytes / 1024 ** 2} MiB`);
  expect(shown('`timeout`')).toBe(`none; at most ${limits.timeoutMsMax / 3_600_000} h`);
  expect(shown('between TERM and KILL')).toBe(`${limits.graceMs / 1000} s`);
  expect(shown('`wait`')).toBe(
    `${limits.waitMsDefault / 1000} s on POST, 0 on GET, at most ${limits.waitMsMax / 1000} s`,
  );
  expect(shown('idle session')).toBe(`${limits.idleTimeoutMs / 60_000} min`);
  const { terminalSizeMax, terminalCellsMax, keysMax, keysBytesMax, keysWaitingBytesMax } = limits;
  const size = terminalSizeMax.toLocaleString('en');
  expect(shown('a terminal')).toBe(`${size} columns, ${size} rows, ${terminalCellsMax.toLocaleString('en')} cells`);
  expect(shown('keys of a call')).toBe(
    `${keysMax.toLocaleString('en')} in ${keysBytesMax / 1024} KiB; ${keysWaitingBytesMax / 1024 ** 2} MiB`,
  );
  expect(shown("a command's `stdin`")).toBe(
    `${limits.stdinBytesMax / 1024 ** 2} MiB; ${limits.stdinBytesMax / 1024 ** 2} MiB`,
  );
  expect(shown('queued commands')).toBe(limits.queuedMax.toLocaleString('en'));
  expect(shown('waits for a host')).toBe(`${limits.queuedMsMax / 3_600_000} h`);
  expect(shown('open sessions')).toBe(limits.openSessionsMax.toLocaleString('en'));
  expect(shown('`env`')).toBe(`${limits.environmentBytesMax / 1024} KiB`);
  expect(shown('sessions on a host')).toBe(String(limits.capacity));
  expect(shown('items on a page')).toBe(`${limits.pageSize}, at most ${limits.pageSizeMax.toLocaleString('en')}`);
});

test('the rows of limpet.settings that it names are read', async () => {
  const folder = new URL('../sql/', import.meta.url);
  const files = (await readdir(folder, { recursive: true })).filter((file) =>
    /^(edge|host|internal)\/.*\.sql$/.test(file),
  );
  const sql = (await Promise.all(files.map((file) => readFile(new URL(file, folder), 'utf8')))).join('\n');
  const named = [...readme.matchAll(/\blimit\.([a-z_]+)/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(5);
  for (const name of named) expect(sql, name).toContain(`limpet.setting('${name}')`);
});

describe('its other commands', () => {
  test('are npm scripts and limpet commands that exist', async () => {
    const { scripts } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const { stdout } = await limpet(['--help'], {});
    for (const [, script = ''] of readme.matchAll(/npm run ([a-z:]+)/g)) expect(scripts).toHaveProperty(script);
    for (const [, command = ''] of readme.matchAll(/npm run limpet -- ([a-z]+)/g))
      expect(stdout).toContain(`  ${command}`);
  });

  test('set-up is two commands, and so are the tests', () => {
    const plain = blocks('sh').map((block) => block.trim());
    expect(plain).toContain('npm ci && npm start');
    expect(plain).toContain('npm ci && npm test');
  });
});

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig, underEnvironment } from '../../../cli/config/file.ts';
import { ConfigFile } from '../../../cli/config/schema.ts';
import { temporaryDirectory } from '../../support/directory.ts';

async function write(text: string): Promise<string> {
  const file = path.join(await temporaryDirectory(onTestFinished), 'config.toml');
  await writeFile(file, text);
  return file;
}
const read = async (text: string) => readConfig(await write(text));

test('a file that says nothing means what shelld means by it', async () => {
  expect(await read('# nothing\n')).toEqual({
    surface: { waitMs: 300_000, waitMsMax: 1_800_000, dieOnUnlock: true, idleMs: 1_800_000 },
    environment: { PORT: '8080', LIMPET_DRAIN_MS: '4000', LIMPET_UNLOCK_HOOK_MS: '23000' },
  });
});

test('every key of shelld has its place', async () => {
  const text = `
[server]
port = 9000
die_on_unlock = false
[shell]
command = "/bin/bash"
working_directory = "/usr"
[timeout]
command = "10m"
command_maximum = "1h30m"
idle = "1.5h"
shutdown = "1m"
kill = "500ms"
[hooks]
shell = "/bin/bash"
lock = "echo locking"
unlock = "echo unlocking"
`;
  expect(await read(text)).toEqual({
    surface: { waitMs: 600_000, waitMsMax: 5_400_000, dieOnUnlock: false, idleMs: 5_400_000 },
    environment: {
      PORT: '9000',
      LIMPET_SHELL_COMMAND: '/bin/bash',
      LIMPET_WORKING_DIRECTORY: '/usr',
      LIMPET_GRACE_MS: '500',
      LIMPET_DRAIN_MS: '4000',
      LIMPET_UNLOCK_HOOK_MS: '53000',
      LIMPET_HOOK_SHELL: '/bin/bash',
      LIMPET_LOCK_HOOK: 'echo locking',
      LIMPET_UNLOCK_HOOK: 'echo unlocking',
    },
  });
});

test('an empty text and a port of 0 mean the default', async () => {
  const text = `
server = { port = 0 }
shell = { command = "", working_directory = "" }
timeout = { command = "", command_maximum = "", idle = "", shutdown = "", kill = "" }
hooks = { shell = "", lock = "", unlock = "" }
`;
  expect(await read(text)).toEqual(await read(''));
});

test('a short shutdown is short for commands and hooks alike', async () => {
  const { environment } = await read('timeout = { shutdown = "2s", kill = "0s" }');
  expect(environment).toMatchObject({ LIMPET_DRAIN_MS: '0', LIMPET_UNLOCK_HOOK_MS: '1000', LIMPET_GRACE_MS: '0' });
});

test.each([
  ['[server]\nprot = 1', 'server.prot is no setting'],
  ['[sever]\nport = 1', 'sever is no setting'],
  ['port = 1\nkey = "x"', 'port is no setting; key is no setting'],
  ['server = 8080', 'server must be a table'],
  ['[server]\nport = "8080"', 'server.port must be a port from 1 to 65535'],
  ['[server]\nport = -1', 'server.port must be a port from 1 to 65535'],
  ['[server]\nport = 65536', 'server.port must be a port from 1 to 65535'],
  ['[server]\nport = 80.5', 'server.port must be a port from 1 to 65535'],
  ['[server]\ndie_on_unlock = "no"', 'server.die_on_unlock must be true or false'],
  ['[timeout]\ncommand = "soon"', 'timeout.command must be a duration like "30s" or "1h30m"'],
  ['[timeout]\ncommand = "30"', 'timeout.command must be a duration like "30s" or "1h30m"'],
  ['[timeout]\ncommand = 30', 'timeout.command must be a duration like "30s" or "1h30m"'],
  ['[timeout]\nidle = "0s"', 'timeout.idle must be a duration of at least 1 ms'],
  ['[timeout]\nshutdown = "25h"', 'timeout.shutdown must be a duration of 0 ms to 24 h'],
  ['[timeout]\nkill = "-1s"', 'timeout.kill must be a duration of 0 ms to 24 h'],
  ['[hooks]\nlock = 1', 'hooks.lock must be a text'],
  ['[hooks]\nshell = "/nonexistent/sh"', 'hooks.shell must be a program'],
  ['[shell]\ncommand = "/bin/false"', 'shell.command must be a bash of version 5 or later'],
  ['[shell]\ncommand = "/nonexistent/bash"', 'shell.command must be a bash of version 5 or later'],
  ['[shell]\nworking_directory = "/etc/passwd"', 'shell.working_directory must be a directory'],
])('%j is refused with a sentence that names it', async (text, reason) => {
  const file = await write(text);
  await expect(readConfig(file)).rejects.toThrow(new Error(`limpet cannot start: in ${file} ${reason}.`));
});

test('what is no TOML is refused with its line, and a file that is not there by its name', async () => {
  const file = await write('[server]\nport =\n');
  await expect(readConfig(file)).rejects.toThrow(`limpet cannot start: ${file} is not TOML, in line 2: Invalid TOML`);
  const sentence = 'limpet cannot start: the config file /nonexistent.toml cannot be read (ENOENT).';
  await expect(readConfig('/nonexistent.toml')).rejects.toThrow(sentence);
});

test('the environment wins over the file, and says nothing by an empty value', () => {
  expect(underEnvironment({ A: '1', B: '', C: 'x' }, { A: '2', B: '2', D: '2' })).toEqual({
    A: '1',
    B: '2',
    C: 'x',
    D: '2',
  });
});

test('the manual has a row for each key', async () => {
  const manual = await readFile(new URL('../../../docs/coming-from-shelld.md', import.meta.url), 'utf8');
  const sections = Object.entries(ConfigFile.shape).map(([name, section]) => [name, section.unwrap()] as const);
  const keys = sections.flatMap(([name, section]) => Object.keys(section.shape).map((key) => `[${name}] ${key}`));
  expect(keys).toHaveLength(12);
  for (const key of keys) expect(manual).toContain(`\n| \`${key}\` |`);
});

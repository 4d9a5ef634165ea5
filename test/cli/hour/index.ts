/**
 * Drives `limpet` through an hour's work in a real terminal, and writes what that terminal showed:
 * `npm run hour [FILE]`. Needs tmux.
 */
import { spawnSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeDirectory } from '../../support/directory.ts';
import { startLimpet } from '../../support/limpet.ts';
import { alive, familyOf, shownBy } from '../../support/processes.ts';
import { story } from './story.ts';
import { Terminal } from './terminal.ts';

const key = 'a key for this hour';
const file = path.resolve(process.argv[2] ?? 'hour.txt');
const bin = path.resolve(import.meta.dirname, '../../../cli/bin');

if (spawnSync('tmux', ['-V']).error) {
  console.log('tmux is not installed: skipped');
  process.exit(0);
}
const directory = await makeDirectory();
const limpet = await startLimpet({ LIMPET_BOOTSTRAP_KEY: key, LIMPET_DATA_DIR: path.join(directory, 'data') });
try {
  await writeFile(file, await drive());
  console.log(`${file} is written`);
} finally {
  limpet.kill('SIGTERM');
  await limpet.ended;
  await rm(directory, { recursive: true, force: true });
}

async function drive(): Promise<string> {
  const { PATH = '' } = process.env;
  const terminal = await Terminal.open(directory, {
    PATH: `${bin}:${PATH}`,
    LIMPET_URL: limpet.url,
    LIMPET_KEY: key,
    DATA: path.join(directory, 'data'),
    XDG_STATE_HOME: directory,
  });
  // Without it nothing can be typed, so whatever goes on fails, and all is cleaned up.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void terminal.close());
  const notes: string[] = [];
  try {
    for (const step of story(killHost)) {
      if (typeof step === 'string') await terminal.line(step);
      else {
        await terminal.line(`# ${step.title}`);
        await step.act(
          terminal,
          async () => void notes.push(`--- ${step.title}: the screen\n${await terminal.screen()}\n`),
        );
      }
    }
    return [await terminal.transcript(), ...notes].join('\n');
  } finally {
    await terminal.close().catch(() => {});
  }
}

function killHost(): void {
  const host = alive(familyOf(limpet.pid)).find((pid) => shownBy(pid).includes('--until-stdin-closes'));
  if (host === undefined) throw new Error('no host');
  process.kill(host, 'SIGKILL');
}

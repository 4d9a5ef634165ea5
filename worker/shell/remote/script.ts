/** What is sent to the far side first: the agent, with what it is to know (agent.bash). Pure, but for reading its files once. */
import { readFileSync } from 'node:fs';
import { quote } from '../protocol.ts';
import { chunkBytes, windowChunks } from './channel.ts';

const parts = ['agent', 'channels', 'status', 'processes', 'signals', 'ending', 'guard'];
/** bash reads a program from a pipe byte by byte, so it is sent without what is not for bash. */
const program = parts.map((name) => withoutComments(read(name))).join('');

/** As often in the time of a silence, a helper looks whether the agent is there. */
const looksInSilence = 12;

interface Told {
  /** Begins every line from there. Digits. */
  secret: string;
  /** The mark in the environment of everything the shell starts. */
  id: string;
  /** The limit that marks it, too (tree.ts). */
  limit: string;
  /** The bash of the shell. */
  program: string;
  /** What a lost connection leaves its commands to end. */
  graceMs: number;
  /** Without a word from the host for so long, everything there is ended. */
  silenceSeconds: number;
  /** Of the shell, besides what the far side has for it. */
  environment: Record<string, string>;
}

/** The lines for a bash that reads them from its stdin; what is sent after them are the agent's orders. */
export function agentScript({ secret, id, limit, program: bash, graceMs, silenceSeconds, environment }: Told): string {
  const entries = Object.entries(environment).map(([name, value]) => quote(`${name}=${value}`));
  const told = [
    `secret=${quote(secret)} id=${quote(id)} limit=${quote(limit)} program=${quote(bash)}`,
    `grace=${graceMs} silence=${silenceSeconds} look=${silenceSeconds / looksInSilence} chunk_bytes=${chunkBytes} window=${windowChunks} environment=(${entries.join(' ')})`,
  ];
  return `${told.join('\n')}\n${program}serve\n`;
}

function read(name: string): string {
  return readFileSync(new URL(`${name}.bash`, import.meta.url), 'utf8');
}

function withoutComments(text: string): string {
  return text.replace(/^\s*#.*\n|^\n/gm, '').replace(/^ +/gm, '');
}

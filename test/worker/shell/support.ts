/** A shell in a directory of its own, and commands whose output is kept; both gone after the test. */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import {
  openShell,
  type Shell,
  type ShellCommand,
  type ShellOptions,
  type ShellResult,
} from '../../../worker/shell/index.ts';
import { readProcess } from '../../../worker/shell/processes.ts';
import { innerId, isShellItself, shellProcesses } from '../../../worker/shell/tree.ts';

/** How often a condition outside this process is looked at; a test waits for the condition, never for the time. */
const pollMs = 5;

export interface Ran extends ShellResult {
  out: string;
  err: string;
}

export interface TestShell extends Shell {
  id: string;
  /** Of bash, which something else may stand before. */
  bashPid: number;
  directory: string;
  /** A scratch directory for what commands write. */
  scratch: string;
  /** Runs a command and keeps its output as text. */
  exec(text: string, more?: Partial<ShellCommand>): Promise<Ran>;
}

let template: string[] | undefined;

/** From now on the shells of this file are held by a program. Whatever it is, its processes must be seen from here. */
export function holdShells(words: string[]): void {
  template = words;
}

/** Are they? */
export function areHeld(): boolean {
  return template !== undefined;
}

/** A directory that is removed after the test, with passable parents. */
export function temporaryDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'shell-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Opens a shell that is closed after the test. */
export async function openTestShell(options: Partial<ShellOptions> = {}): Promise<TestShell> {
  const scratch = options.cwd ?? temporaryDirectory();
  const directory = options.directory ?? temporaryDirectory();
  const id = options.id ?? randomUUID();
  const environment = { PATH: process.env.PATH ?? '', HOME: scratch, LANG: 'C.UTF-8', PAGER: 'cat' };
  const given = { id, directory, cwd: scratch, environment, ...options };
  // Where it has its private directory: to be looked into, as that of a shell that is started here.
  const connect = template && { words: template, environment: { ...given.environment, TMPDIR: directory } };
  const shell = await openShell({ ...given, ...(connect && { connect }) });
  onTestFinished(() => shell.close());
  const bashPid = template ? bashOf(id) : shell.pid;
  return Object.assign(shell, { id, bashPid, directory, scratch, exec: exec.bind(null, shell) });
}

function bashOf(id: string): number {
  return shellProcesses([{ id: innerId(id) }]).find(isShellItself)?.pid ?? 0;
}

/** Runs a command in a shell and keeps its output as text. */
export async function exec(shell: Shell, text: string, more: Partial<ShellCommand> = {}): Promise<Ran> {
  const chunks = { stdout: [] as Uint8Array[], stderr: [] as Uint8Array[] };
  const result = await shell.run({
    id: randomUUID(),
    text,
    onOutput: (stream, bytes) => void chunks[stream].push(bytes),
    ...more,
  });
  return { ...result, out: Buffer.concat(chunks.stdout).toString(), err: Buffer.concat(chunks.stderr).toString() };
}

/** Resolves once the condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(pollMs);
}

/** Resolves once the file is there: how a command tells that it got so far. */
export function fileExists(path: string): Promise<void> {
  return until(() => existsSync(path));
}

/** Is there a living process of this id? */
export function isAlive(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !isZombie(pid);
}

function isZombie(pid: number): boolean {
  return readProcess(pid)?.state === 'Z';
}

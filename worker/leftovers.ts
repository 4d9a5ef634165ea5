/**
 * What dead hosts left on this machine: their processes where the companion died with its host, and their files. Whatever is
 * found is of a host that the record has given up, or it is left alone.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from './host.ts';
import { bury } from './housekeeping.ts';
import { isOfHere } from './machine.ts';
import type { ShellMark } from './shell/index.ts';
import { leftSpools } from './spool.ts';

/** Makes ids for the shells of a host. */
export function shellIds(incarnation: string): () => string {
  let count = 0;
  return () => {
    count += 1;
    return `${incarnation}.${count}`;
  };
}

/** Looks for them and ends them, as often as it is called. */
export class Leftovers {
  readonly #host: Host;
  /** Dead ones of which nothing is left here. */
  readonly #done = new Set<string>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** First what was started from this work directory, then, `isUnseen` where hosts died unseen, processes of any other host of this machine. */
  async end(isUnseen: boolean): Promise<void> {
    await this.#endStarts();
    if (isUnseen) await this.#endProcesses();
  }

  /** Earlier starts in this work directory: of one that ran here, this may say that its shells are gone. */
  async #endStarts(): Promise<void> {
    const { calls, directories, incarnation } = this.#host;
    const starts = (await readdir(directories.runs)).filter((name) => name !== incarnation);
    if (starts.length === 0) return;
    for (const dead of await calls.deadAmong(starts)) await this.#endStart(dead, join(directories.runs, dead));
  }

  async #endStart(dead: string, runDir: string): Promise<void> {
    const { calls, config, endTrees, log } = this.#host;
    const shells = (await readdir(runDir)).filter((name) => name.startsWith(`${dead}.`));
    await endTrees(await Promise.all(shells.map((id) => this.#markOf(id, runDir))), config.graceMs);
    const [isHere, left] = [await isOfHere(runDir), leftSpools(runDir, log)];
    if (left) {
      await calls.discardOutput(dead, left.attempts, left.bytes);
      await rm(runDir, { recursive: true, force: true });
    }
    // Each of its shells had a directory in here, and each is verified gone.
    if (isHere) await bury(await calls.confirmDeath(dead), calls, log);
    if (!left) return;
    log('warn', 'start_cleared', { incarnation: dead, shells: shells.length, death_confirmed: isHere });
    this.#done.add(dead);
  }

  async #markOf(id: string, runDir: string): Promise<ShellMark> {
    const uid = await this.#host.directories.homes.ownAccountIn(join(runDir, id));
    return uid === undefined ? { id } : { id, uid };
  }

  /** Looking costs a walk through all processes: only where somebody died unseen. */
  async #endProcesses(): Promise<void> {
    const { calls, config, endTrees, findShells, log } = this.#host;
    const dead = (await calls.diedUnseen()).filter((one) => !this.#done.has(one));
    if (dead.length === 0) return;
    const shells = findShells().filter((id) => dead.some((one) => id.startsWith(`${one}.`)));
    await endTrees(shells, config.graceMs);
    if (shells.length > 0) log('warn', 'shells_ended', { shells });
    for (const one of dead) this.#done.add(one);
  }
}

/** What a command finds in a shell elsewhere, and leaves to the next. */
import type { ShellExit, ShellOptions } from '../types.ts';
import { Channels } from './channels.ts';
import type { Connection } from './connection.ts';
import { numberOf } from './frames.ts';

/** What the commands of one shell elsewhere share. */
export class RemoteContext {
  readonly connection: Connection;
  readonly channels: Channels;
  readonly options: ShellOptions;
  /** The variables that bash is started with there, besides those of `options`. */
  readonly environmentNames: string[];
  /** Set once bash is gone, as far as is known how. */
  exit: ShellExit | null = null;
  /** Resolves then. */
  readonly exited: Promise<ShellExit>;
  exitCode: number;
  /** bash's background jobs, by their numbers there. */
  jobs: number[] = [];
  trapsInterrupt = false;
  trapsReturn = false;
  /** Interactive ones that there have been. */
  inputs = 0;

  constructor(connection: Connection, options: ShellOptions, environmentNames: string[]) {
    this.connection = connection;
    this.options = options;
    this.environmentNames = environmentNames;
    this.exitCode = options.exitCode ?? 0;
    this.channels = new Channels(connection);
    this.exited = new Promise((resolve) => {
      const exited = (exitCode: number | null) => {
        this.exit ??= { exitCode, signal: null };
        resolve(this.exit);
      };
      // bash over there tells a signal as 128 and its number, and so may a program that was killed by none.
      connection.on('exit', ([code]) => exited(numberOf(code, 255)));
      void connection.lost.then(() => exited(null));
    });
  }

  /** Kills bash alone; resolves once it is gone. */
  async kill(): Promise<void> {
    if (!this.exit) this.connection.send('kill');
    await this.exited;
  }
}

/** A file's bytes go in such parts: the far side takes each at once into its memory. */
const partBytes = 256 * 1024;

/** Writes a file in the private directory of the far side, in place of one of that name. */
export function writeFile({ connection }: RemoteContext, name: string, content: string | Uint8Array): void {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  connection.send(`empty ${name}`);
  for (let from = 0; from < bytes.length; from += partBytes) {
    const part = bytes.subarray(from, from + partBytes);
    connection.send(`add ${name} ${part.length}`, part);
  }
}

/** What is said of a command whose connection ended: neither that it went on nor that it did not. */
export function lostText({ connection }: RemoteContext): string {
  return (
    `The connection to the shell ended while the command ran (${connection.words}), so how it ended is not known. ` +
    'What it started is ended over there, at the latest a minute after the connection; it is not run again.'
  );
}

/** What all parts of one start of a host share. */

import type { Signer } from '../audit/keys.ts';
import type { Log } from '../sql/contract.ts';
import type { HostCalls } from '../sql/host.ts';
import type { Companion } from './companion.ts';
import type { HostConfig } from './config.ts';
import type { Directories } from './directories.ts';
import type { Lease } from './lease.ts';
import type { OutputWriter } from './outputWriter.ts';
import type { Sandbox } from './sandbox/index.ts';
import type { endTrees, findShells, openShell } from './shell/index.ts';
import type { Times } from './times.ts';
import type { WarmShells } from './warmShells.ts';

/** What all parts of one start of a host share. */
export interface Host {
  /** This start of the host; a restart is another. */
  incarnation: string;
  config: HostConfig;
  log: Log;
  calls: HostCalls;
  lease: Lease;
  writer: OutputWriter;
  directories: Directories;
  sandbox: Sandbox;
  companion: Companion;
  /** Shells that are ready before they are asked for. */
  warm: WarmShells;
  /** Its key, where it signs checkpoints. */
  signer: Signer | undefined;
  times: Times;
  openShell: typeof openShell;
  endTrees: typeof endTrees;
  findShells: typeof findShells;
  /** An id for a shell: it begins with the incarnation, so that what a dead host left can be found. */
  nextShell: () => string;
  /** Aborted when nothing is worth repeating any more. */
  ending: AbortSignal;
}

/** The host missed its deadline: something new must not start. */
export class LeaseOverError extends Error {
  override readonly name = 'LeaseOverError';
}

/** Throws past the lease. Called right before a command's trigger is written. */
export function requireLease(host: Host): void {
  if (!host.lease.held) throw new LeaseOverError('The lease of this host is over.');
}

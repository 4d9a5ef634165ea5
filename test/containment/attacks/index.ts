/** All attacks, in the order of the table. */
import type { Attack } from '../attack.ts';
import { descriptors } from './descriptors.ts';
import { hiding } from './hiding.ts';
import { loopback } from './loopback.ts';
import { machineFiles } from './machineFiles.ts';
import { otherFiles } from './otherFiles.ts';
import { privateDirectory } from './privateDirectory.ts';
import { processMemory } from './processMemory.ts';
import { ptrace } from './ptrace.ts';
import { rights } from './rights.ts';
import { signals } from './signals.ts';
import { statusRecord } from './statusRecord.ts';

export const attacks: Attack[] = [
  ...[otherFiles, processMemory, signals, ptrace, rights, hiding],
  ...[privateDirectory, statusRecord, descriptors],
  ...[machineFiles, loopback],
];

/** Opens what the database has sealed, for a host that needs it: a session's state, a command's input, what is left for what runs. */
import { type Apart, keysPlace, type SealKeys, statePlace, stdinPlace, unsealApart } from '../../sql/contract.ts';
import type { AdoptedSession, ClaimedCommand, Control } from '../../sql/host.ts';
import { ShellOpenError } from '../shell/index.ts';

const noKeys: SealKeys = new Map();

/** A command's input cannot be opened here. Its shell has heard of nothing, as when a file cannot be written. */
class SealedInputError extends Error {
  override readonly name = 'SealedInputError';
  readonly code = 'ESEALED';
}

/**
 * The sealed state that the session is to begin with; null where there is none that is sealed. Throws ShellOpenError where this host has
 * not the key: a shell without the state would be another, and what it left would take the place of it.
 */
export async function openState(
  keys: SealKeys = noKeys,
  { state, state_seal, state_hash }: Pick<AdoptedSession, 'state' | 'state_seal' | 'state_hash'>,
): Promise<Uint8Array | null> {
  if (state === null || !state_seal || state_hash === null) return null;
  try {
    return await unsealApart(keys, apart(bytesOf(state), state_seal), statePlace(state_hash));
  } catch (error) {
    throw new ShellOpenError(`the shell's state could not be opened: ${(error as Error).message}`);
  }
}

/** What a command is given to read; null for nothing. Throws SealedInputError. */
export async function openStdin(
  keys: SealKeys = noKeys,
  { stdin, stdin_seals }: Pick<ClaimedCommand, 'stdin' | 'stdin_seals'>,
): Promise<Uint8Array | null> {
  if (stdin === null) return null;
  const whole = bytesOf(stdin);
  if (!stdin_seals) return whole;
  try {
    let at = 0;
    const parts = stdin_seals.map(({ of, bytes, seal }) => {
      const part = whole.subarray(at, at + bytes);
      at += bytes;
      return seal === null ? part : unsealApart(keys, apart(part, seal), stdinPlace(of));
    });
    return Buffer.concat(await Promise.all(parts));
  } catch (error) {
    throw new SealedInputError(`its input could not be opened: ${(error as Error).message}`);
  }
}

/** What was left for a session, opened. What cannot be is passed to `dropped` and left out. */
export async function openControls(
  keys: SealKeys = noKeys,
  controls: Control[],
  dropped: (control: Control, error: Error) => void,
): Promise<Control[]> {
  const opened: Control[] = [];
  for (const control of controls) {
    const { kind, command_id, data, seal } = control;
    if (data === null || !seal) {
      opened.push(control);
      continue;
    }
    try {
      const place = kind === 'keys' ? keysPlace : stdinPlace(command_id ?? '');
      const bytes = await unsealApart(keys, apart(bytesOf(data), seal), place);
      opened.push({ ...control, data: Buffer.from(bytes).toString('base64'), seal: null });
    } catch (error) {
      dropped(control, error as Error);
    }
  }
  return opened;
}

function bytesOf(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}

function apart(data: Uint8Array, seal: string): Apart {
  return { data: new Uint8Array(data), seal: new Uint8Array(bytesOf(seal)) };
}

/** How a command is named on the command line: its id, SESSION:SEQ, or a session for what runs in it. */
import type { Command } from '../../sql/contract.ts';
import type { Client } from './index.ts';
import { Refused, UsageError } from './problem.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Shown by the help of what takes one. */
export const referenceHelp = 'a command: its id, SESSION:SEQ, or a session for what runs in it';

/** The command that a reference names. Throws a sentence where it names none. */
export async function findCommand(client: Client, reference: string): Promise<Command> {
  const [, session = reference, seq] = /^(.+):(\d{1,9})$/.exec(reference) ?? [];
  if (seq !== undefined) return inSession(client, session, Number(seq));
  if (uuid.test(reference)) {
    const command = await orMissing(client.readCommand(reference));
    if (command) return command;
  }
  const { running_command_id: running } = await client.readSession(reference);
  if (running === null)
    throw new UsageError(`Nothing runs in ${reference}. \`limpet history ${reference}\` lists what ran.`);
  return client.readCommand(running);
}

/** An id may be a command's or a session's: undefined where there is no such command. */
async function orMissing(reading: Promise<Command>): Promise<Command | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Refused && error.code === 'not_found') return undefined;
    throw error;
  }
}

async function inSession(client: Client, session: string, seq: number): Promise<Command> {
  const { items } = await client.listSessionCommands(session, { after: seq - 1, limit: 1 });
  const [command] = items;
  if (command?.seq !== seq)
    throw new UsageError(`${session} has no command ${seq}. \`limpet history ${session}\` lists them.`);
  return client.readCommand(command.id);
}

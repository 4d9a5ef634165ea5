/** Submits and reads of an edge, which come at once where many callers wait. Part of `edgeCalls`. */
import type { CallOne } from './audit.ts';
import type { CommandRow } from './contract.ts';
import type { Credential, Idempotency } from './edge.ts';
import type { CommandOptions } from './edgeCommands.ts';
import { Together } from './together.ts';

interface Submit {
  credential: Credential;
  session: string;
  id: string;
  options: CommandOptions;
  idempotency: Idempotency;
}

interface Read {
  credential: Credential;
  id: string;
}

/** A session's id: a name means it only to its owner, and is looked up alone. */
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Submits of commands. `gathers`: those that come at once may go in one statement; one that is not plain goes alone even so. */
export function submits(one: CallOne, gathers: boolean): (call: Submit) => Promise<CommandRow> {
  const alone = ({ credential, session, id, options, idempotency }: Submit) =>
    one<CommandRow>('submit_command', {
      credential,
      session,
      id,
      options,
      idempotency_key: idempotency.idempotency_key,
      body_hash: idempotency.body_hash,
    });
  const together = new Together<Submit, CommandRow>({
    alone,
    together: (calls) =>
      byId(
        one('submit_commands', {
          calls: JSON.stringify(
            calls.map(({ credential, session, id, options }) => ({
              credential: base64(credential),
              session,
              id,
              options,
            })),
          ),
        }),
      ),
    key: ({ id }) => id,
    subject: ({ session }) => session.toLowerCase(),
    size: ({ options }) => options.command.length + (options.stdin?.length ?? 0),
  });
  return (call) => {
    const { session, options, idempotency } = call;
    const isPlain =
      uuid.test(session) && idempotency.idempotency_key === undefined && options.stdin_sealed === undefined;
    return gathers && isPlain ? together.send(call) : alone(call);
  };
}

/** Reads of commands, as `submits`. */
export function reads(one: CallOne, gathers: boolean): (call: Read) => Promise<CommandRow> {
  const alone = ({ credential, id }: Read) => one<CommandRow>('read_command', { credential, id });
  const together = new Together<Read, CommandRow>({
    alone,
    together: (calls) =>
      byId(
        one('read_commands', {
          calls: JSON.stringify(calls.map(({ credential, id }) => ({ credential: base64(credential), id }))),
        }),
      ),
    key: ({ id }) => id,
    subject: ({ id }) => id,
    size: () => 0,
  });
  return (call) => (gathers ? together.send(call) : alone(call));
}

async function byId(rows: Promise<CommandRow[]>): Promise<Map<string, CommandRow>> {
  return new Map((await rows).map((row) => [row.id, row]));
}

function base64(credential: Credential): string {
  return btoa(String.fromCharCode(...credential));
}

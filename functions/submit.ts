/** Submitting a command and waiting for it: the same for a session and for /v1/exec. */
import { z } from '@hono/zod-openapi';
import { type CommandRow, hasEnded, limits } from '../sql/contract.ts';
import type { CommandOptions } from '../sql/edge.ts';
import { requestBody } from './body.ts';
import { durationField } from './durations.ts';
import { callsOf, type Edge, type EdgeContext, givenUp, note } from './edge.ts';
import { boundedText, Directory, Environment } from './fields.ts';
import { uuidv7 } from './ids.ts';
import { aboveLimit } from './limitText.ts';
import { appliedWait, preferredWaitMs } from './prefer.ts';
import { DatabaseUnavailable } from './query.ts';
import { Command, json } from './responses.ts';
import { viewCommand } from './view.ts';
import { untilEnded } from './waits.ts';

const CommandRequest = z.strictObject({
  command: boundedText('commandBytesMax').min(1),
  timeout: durationField('timeoutMsMax', 'After this the whole tree is ended.').optional(),
  stdin: boundedText('stdinBytesMax').optional().openapi({
    description: 'All of its input; with `interactive` the beginning of it, and what is sent later follows',
  }),
  interactive: z.boolean().optional().openapi({ default: false }),
  env: Environment.optional(),
  cwd: Directory.optional(),
  max_output: z
    .int()
    .min(0)
    .max(limits.maxOutputBytes, { error: aboveLimit('maxOutputBytes', 'bytes') })
    .optional(),
  if_busy: z.enum(['queue', 'fail']).optional().openapi({ default: 'queue' }),
});

/** The body of a command: JSON, or the command itself as text/plain. */
export const commandBody = requestBody({
  name: 'CommandRequest',
  schema: CommandRequest,
  fromText: (command) => ({ command }),
});

const applied = { 'Preference-Applied': z.string() };

/** The two good answers to a submitted command. */
export const submitAnswers = {
  200: { ...json(Command, 'It ended within the wait'), headers: z.object(applied) },
  202: {
    ...json(Command, 'It is queued or runs; ask again at Location'),
    headers: z.object({ ...applied, Location: z.string(), 'Retry-After': z.string() }),
  },
};

/** The body as SQL takes it. */
export async function readCommandOptions(c: EdgeContext): Promise<CommandOptions> {
  const { timeout, ...options } = await commandBody.read(c);
  return { ...options, timeout_ms: timeout };
}

/** Submits under this id; `answerTo` goes with the options. */
type Submit = (id: string, answerTo: string | undefined) => Promise<CommandRow>;

/** Submits and waits as long as the caller prefers. */
export async function submitAndWait(edge: Edge, c: EdgeContext, submit: Submit) {
  const waitMs = preferredWaitMs(c.req.header('prefer')) ?? limits.waitMsDefault;
  return answerSubmitted(c, await submitted(edge, c, waitMs, submit), waitMs);
}

/**
 * Submits under a fresh id and gives the command as it is when it has ended or `waitMs` are over. The wait is registered before
 * the submit: an end between the two is not missed. A repeated request gives the first one's command, under its own id.
 */
export async function submitted(edge: Edge, c: EdgeContext, waitMs: number, submit: Submit): Promise<CommandRow> {
  const id = uuidv7();
  let wait = edge.waits.expect(id);
  try {
    let row = await submit(id, waitMs > 0 ? edge.waits.answersTo : undefined);
    note(c, { session_id: row.session_id, command_id: row.id });
    const read = () => callsOf(edge, c).readCommand(c.get('credential'), row.id, wait.answer);
    if (row.id !== id && !hasEnded(row.state)) {
      wait.release();
      wait = edge.waits.expect(row.id);
      row = await read();
    }
    return await untilEnded(row, read, wait, waitMs, givenUp(c, edge)).catch(orAccepted(row));
  } finally {
    wait.release();
  }
}

/** What was accepted is told, though nothing more is known of it: 503 would say that it was not. */
function orAccepted(row: CommandRow): (error: unknown) => CommandRow {
  return (error) => {
    if (error instanceof DatabaseUnavailable) return row;
    throw error;
  };
}

function answerSubmitted(c: EdgeContext, row: CommandRow, waitMs: number) {
  const headers = { 'Preference-Applied': appliedWait(waitMs) };
  if (hasEnded(row.state)) return c.json(viewCommand(row), 200, headers);
  return c.json(viewCommand(row), 202, { ...headers, Location: `/v1/commands/${row.id}`, 'Retry-After': '1' });
}

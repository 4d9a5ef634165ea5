/** An edge and a host whose calls go together where they come at once, for tests of that. */
import { createHash, randomUUID } from 'node:crypto';
import { type CommandOptions, edgeCalls } from '../../sql/edge.ts';
import { type CommandResult, hostCalls, type OutputPiece, type Owned } from '../../sql/host.ts';
import { ended, sqlFixture } from './fixture.ts';

const content = Buffer.from('declare -x A=1\n');
/** A state that its host knows by its hash. */
export const state = { content, hash: createHash('sha256').update(content).digest() };

export const printed = (text: string, stream: 1 | 2 = 1, offset = 0): OutputPiece => ({
  stream,
  offset,
  skip: 0,
  bytes: Buffer.from(text),
});

export async function gatheringFixture() {
  const fixture = await sqlFixture();
  const incarnation = await fixture.register(1000);
  /** Functions that were called. */
  const called: string[] = [];
  const query: typeof fixture.query = (text, values) => {
    called.push(/limpet_\w+\.(\w+)/.exec(text)?.[1] ?? text);
    return fixture.query(text, values);
  };
  const edge = edgeCalls(query, true);
  const host = hostCalls(query);
  await edge.whoami(fixture.admin);
  return {
    fixture,
    edge,
    host,
    called,
    /** Open sessions of this host. */
    adopted: (count: number) => Promise.all(Array.from({ length: count }, () => fixture.adopted(incarnation))),
    submit: ({ session }: Owned, options: CommandOptions, credential = fixture.admin) =>
      edge.submitCommand(credential, session, randomUUID(), options),
    claim: async (owned: Owned) => (await host.claimCommand(owned, randomUUID()))?.attempt ?? '',
    finish: (owned: Owned, attempt: string, rest: OutputPiece[], result: Partial<CommandResult> = {}) => {
      const length = (stream: 1 | 2) =>
        rest.filter((one) => one.stream === stream).reduce((sum, one) => sum + one.bytes.length, 0);
      const whole = { ...ended, stdout_bytes: length(1), stderr_bytes: length(2), ...result };
      return host.finishCommand(owned, attempt, whole, state, null, rest);
    },
  };
}

export type GatheringFixture = Awaited<ReturnType<typeof gatheringFixture>>;

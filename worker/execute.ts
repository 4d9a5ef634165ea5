/** Runs one claimed command in a shell: its output goes to the writer as it comes, its end is returned as observed. */
import type { SealKeys, StreamName } from '../sql/contract.ts';
import type { ClaimedCommand, CommandResult, OutputPiece } from '../sql/host.ts';
import { bytesRead } from './collect.ts';
import { CommandOutput } from './output.ts';
import type { OutputWriter } from './outputWriter.ts';
import { redactors } from './redactor.ts';
import { openStdin } from './sealed/opening.ts';
import { type Secrets, withoutSecrets } from './secrets.ts';
import type { Shell, ShellResult } from './shell/index.ts';

/** With the finish go at most this many rows of output: what a small command printed needs no statement of its own. */
const piecesWithFinish = 4;

/** What a command left, for its finish to store. */
export interface Finished {
  result: CommandResult;
  state: Uint8Array | null;
  rest: OutputPiece[];
  shellAlive: boolean;
}

interface Execution {
  writer: OutputWriter;
  heldOutputBytesMax: number;
  generation: number;
  /** Which limit a command that ended with this code ran into. */
  reached: (exitCode: number | null) => string | null;
  /** What is kept out of its output and of the state after it. */
  secrets: Secrets;
  /** What opens its input, where that is sealed. */
  sealKeys: SealKeys | undefined;
  /** Called right before the trigger is written; what it throws keeps the command from starting. */
  onStart: () => void;
  /** Called once it has been started: signals, its end and input reach it from now on. */
  onStarted: () => void;
}

/** Runs it to its end. Rejects only where the command was certainly not started. */
export async function execute(shell: Shell, command: ClaimedCommand, execution: Execution): Promise<Finished> {
  const stdin = command.interactive ? 'interactive' : await openStdin(execution.sealKeys, command);
  const output = new CommandOutput(command.max_output, execution.heldOutputBytesMax, execution.writer.memory);
  const lane = execution.writer.open(command.attempt, output);
  const redacted = redactors(execution.secrets);
  const take = (stream: StreamName, bytes: Uint8Array) => {
    bytesRead(bytes.length);
    const room = output.push(stream === 'stdout' ? 1 : 2, bytes);
    execution.writer.wake();
    return room;
  };
  const onOutput = (stream: StreamName, bytes: Uint8Array) =>
    take(stream, redacted === null ? bytes : redacted[stream].push(bytes));
  try {
    const ended = await shell.run({
      id: command.id,
      text: command.command,
      ...(command.env && { environment: command.env }),
      ...(command.cwd !== null && { cwd: command.cwd }),
      ...(stdin !== null && { stdin }),
      ...(command.timeout_ms !== null && { timeoutMs: command.timeout_ms }),
      onStart: execution.onStart,
      onStarted: execution.onStarted,
      onOutput,
    });
    if (redacted) for (const stream of ['stdout', 'stderr'] as const) void take(stream, redacted[stream].end());
    output.close();
    await execution.writer.settle(lane, piecesWithFinish);
    const state = ended.state && withoutSecrets(ended.state, execution.secrets);
    return finished({ ...ended, state }, output, execution);
  } finally {
    execution.writer.close(lane);
  }
}

function finished(ended: ShellResult, output: CommandOutput, { generation, reached }: Execution): Finished {
  const problems = [reached(ended.exitCode), ended.stateProblem].filter((problem) => problem !== null);
  const result: CommandResult = {
    state: ended.outcome,
    exit_code: ended.exitCode,
    signal: ended.signal,
    cwd: ended.cwd,
    generation,
    problem: problems.length > 0 ? problems.join(' ') : null,
    jobs: ended.jobs,
    ...output.totals(),
  };
  return { result, state: ended.state, rest: output.peek(piecesWithFinish), shellAlive: ended.shellAlive };
}

/** The end of a command that never began: nothing was printed. `killed`: it was cancelled, and its shell goes on. */
export function neverRan(
  problem: string,
  state: 'shell_exited' | 'killed',
  generation: number,
  shellAlive = state === 'killed',
): Finished {
  const totals = new CommandOutput(0, 0).totals();
  const result: CommandResult = {
    state,
    exit_code: null,
    signal: null,
    cwd: null,
    generation,
    problem,
    jobs: null,
    ...totals,
  };
  return { result, state: null, rest: [], shellAlive };
}

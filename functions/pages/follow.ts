/** Following a command that runs: its new output and its state, as replacements for what the page shows. */
import { type BlockOutput, grow, outputOf, stateOf } from '../../html/block.ts';
import { blockTools } from '../../html/blockTools.ts';
import { fill, type LiveCursor, replace } from '../../html/live.ts';
import { cursorAt, linesMax, type OutputHtml, type StreamCursor } from '../../html/output.ts';
import type { Html } from '../../html/page.ts';
import { type CommandRow, hasEnded } from '../../sql/contract.ts';
import { type Reader, readBlockOutput, readNext } from './blocks.ts';

/** The command that is followed, and how far each of its streams is shown. */
type Run = NonNullable<LiveCursor['run']>;

/** `output` holds the cursors to go on from. */
interface Followed {
  parts: Html[];
  output: BlockOutput;
  /** There was something new, so more may come soon. */
  isFlowing: boolean;
}

/** What is new of a command since `run`, or its end. */
export async function follow(reader: Reader, command: CommandRow, run: Run): Promise<Followed> {
  const { seq } = command;
  const ended = hasEnded(command.state);
  const parts = [fill(`#c${seq}-state`, stateOf(command)), ...(ended ? endOf(command) : [])];
  const isNew = ended || command.stdout_bytes > run.stdout.seen || command.stderr_bytes > run.stderr.seen;
  if (!isNew) return { parts, isFlowing: false, output: unchanged(run) };
  const growth = await readGrowth(reader, command, run);
  const output = growth ?? (await readBlockOutput(reader, command));
  parts.push(
    growth ? replace(`#c${seq}-open`, grow(command, growth)) : replace(`#c${seq}-out`, outputOf(command, output)),
  );
  return { parts, isFlowing: true, output };
}

/** Once it has ended, what ends it goes, and so does the field for its input; what can be done with it now comes. */
function endOf(command: CommandRow): Html[] {
  const { seq, interactive } = command;
  const gone = interactive ? [replace(`#c${seq}-in`, '')] : [];
  return [replace(`#c${seq}-act`, ''), replace(`#c${seq} .block-tools`, blockTools(command)), ...gone];
}

/** The run that a cursor keeps of a command shown with this output. */
export function runOf(seq: number, { stdout, stderr }: BlockOutput): Run {
  return { seq, stdout: stdout?.cursor ?? cursorAt(0), stderr: stderr?.cursor ?? cursorAt(0) };
}

/** What can be added to the page; undefined where the output has to be shown anew, as much has come or has changed. */
async function readGrowth(reader: Reader, command: CommandRow, run: Run): Promise<BlockOutput | undefined> {
  if (run.stdout.rows + run.stderr.rows > 2 * linesMax) return undefined;
  const [stdout, stderr] = await Promise.all([
    readNext(reader, command, 'stdout', run.stdout),
    readNext(reader, command, 'stderr', run.stderr),
  ]);
  return stdout && stderr && !stdout.isCut && !stderr.isCut ? { stdout, stderr, isCut: false } : undefined;
}

function unchanged({ stdout, stderr }: Run): BlockOutput {
  const keep = (cursor: StreamCursor): OutputHtml => ({
    fixed: '',
    open: '',
    cursor,
    restart: false,
    isCut: false,
    start: 0,
  });
  return { stdout: keep(stdout), stderr: keep(stderr), isCut: false };
}

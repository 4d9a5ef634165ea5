/** What is new on a session's page since its cursor: rows → fragments. One answer carries all of it and the next cursor. */
import { type BlockOutput, block, prompt } from '../../html/block.ts';
import { composer } from '../../html/composer.ts';
import { fill, type LiveCursor, quietMax, replace } from '../../html/live.ts';
import type { Html } from '../../html/page.ts';
import { hostOf } from '../../html/place.ts';
import { screenNews } from '../../html/screenPanel.ts';
import { sessionState } from '../../html/sessionList.ts';
import { inWords } from '../../html/words.ts';
import { type CommandRow, hasEnded, type Screen, type Session } from '../../sql/contract.ts';
import { type Reader, readBlocks } from './blocks.ts';
import { follow, runOf } from './follow.ts';

/** Blocks that one answer adds, and open ones that it looks at; the rest comes with the next. */
const blocksMax = 50;
const openMax = 200;
type Shown = { command: CommandRow; output: BlockOutput };
interface Changes {
  parts: Html[];
  shown: Shown[];
  ended: CommandRow[];
  isFlowing: boolean;
}

/** What came, and the cursor behind it; `isNew`: it differs from what the page shows. */
export interface News {
  session: Session;
  parts: Html[];
  cursor: LiveCursor;
  isNew: boolean;
}

/** The cursor of a page that shows these; `unread` had not ended when they were last looked at. */
export function cursorOf(
  session: Session,
  shown: Shown[],
  after: number,
  { unread = [], screen }: { unread?: number[]; screen?: Screen | undefined } = {},
): LiveCursor {
  const open = shown.filter(({ command }) => !hasEnded(command.state)).map(({ command }) => command.seq);
  const running = shown.find(({ command }) => command.state === 'running');
  return {
    after: Math.max(after, ...shown.map(({ command }) => command.seq)),
    open: [...open, ...unread].sort((a, b) => a - b),
    run: running && runOf(running.command.seq, running.output),
    session: stampOf(session),
    screen: screen && (screen.updated_at ?? ''),
    quiet: 0,
  };
}

/** What is new since the cursor, and the cursor behind that. */
export async function readNews(reader: Reader, id: string, cursor: LiveCursor): Promise<News> {
  const [{ session, rows }, screen] = await Promise.all([
    readRows(reader, id, cursor),
    cursor.screen === undefined ? undefined : reader.calls.readScreen(reader.credential, id),
  ]);
  const changes = await readChanges(reader, rows, session, cursor);
  const added = await readAdded(reader, rows, session, cursor.after);
  const unread = cursor.open.filter((seq) => !rows.some((row) => row.seq === seq));
  const next = cursorOf(session, [...changes.shown, ...added], cursor.after, { unread, screen });
  const isNewScreen = screen !== undefined && next.screen !== cursor.screen;
  const isNew = changes.isFlowing || added.length > 0 || isNewScreen || next.session !== cursor.session;
  const parts = [
    ...changes.parts,
    ...(isNewScreen ? [screenNews(screen)] : []),
    ...sessionParts(session, cursor, next, [...changes.ended, ...endedOf(added)]),
    ...added.map(block),
  ];
  return { session, parts, isNew, cursor: { ...next, quiet: isNew ? 0 : Math.min(cursor.quiet + 1, quietMax) } };
}

/** The rows that may have changed and those that are new, in order, each with the one before it. A page where nothing runs asks one question. */
async function readRows({ calls, credential }: Reader, id: string, { after, open }: LiveCursor) {
  const session = await calls.readSession(credential, id);
  if (open.length === 0 && session.commands <= after) return { session, rows: [] };
  const list = async (afterSeq: number, limit: number) =>
    (await calls.listSessionCommands(credential, id, { after: Math.max(0, afterSeq), limit })).items;
  const [first = 0, last = 0] = [open[0], open.at(-1)];
  const [fresh, changing] = await Promise.all([
    list(after - 1, blocksMax + 1),
    open.length === 0 ? [] : list(first - 2, Math.min(openMax, last - first + 2)),
  ]);
  const bySeq = new Map([...changing, ...fresh].map((row) => [row.seq, row]));
  return { session, rows: [...bySeq.values()].sort((a, b) => a.seq - b.seq) };
}

/** What became of the blocks that had not ended. */
async function readChanges(reader: Reader, rows: CommandRow[], session: Session, cursor: LiveCursor): Promise<Changes> {
  const changes: Changes = { parts: [], shown: [], ended: [], isFlowing: false };
  for (const command of rows.filter(({ seq }) => cursor.open.includes(seq))) {
    if (hasEnded(command.state)) changes.ended.push(command);
    if (command.seq === cursor.run?.seq) {
      const { parts, output, isFlowing } = await follow(reader, command, cursor.run);
      changes.parts.push(...parts);
      changes.shown.push({ command, output });
      changes.isFlowing ||= isFlowing;
    } else if (command.state === 'queued') {
      changes.shown.push({ command, output: { stdout: undefined, stderr: undefined, isCut: false } });
    } else {
      const replaced = await readBlocks(reader, [command], directoryBefore(rows, command.seq), session.cwd);
      changes.parts.push(...replaced.map((shown) => replace(`#c${command.seq}`, block(shown))));
      changes.shown.push(...replaced);
      changes.isFlowing = true;
    }
  }
  return changes;
}

/** The blocks behind the last that was shown. */
async function readAdded(reader: Reader, rows: CommandRow[], session: Session, after: number) {
  const added = rows.filter(({ seq }) => seq > after);
  return readBlocks(reader, added, directoryBefore(rows, after + 1), session.cwd);
}

/** Where the commands before `seq` left the shell, as far as the rows tell. */
function directoryBefore(rows: CommandRow[], seq: number): string | null {
  return rows.findLast((row) => row.seq < seq && row.cwd !== null)?.cwd ?? null;
}

function endedOf(shown: Shown[]): CommandRow[] {
  return shown.map(({ command }) => command).filter(({ state }) => hasEnded(state));
}

/** The session's own places on the page, where they changed. */
function sessionParts(session: Session, cursor: LiveCursor, next: LiveCursor, ended: CommandRow[]): Html[] {
  const parts: Html[] = [];
  if (next.session !== cursor.session) {
    parts.push(fill('#session-state', sessionState(session)), fill('#session-host', hostOf(session)));
    if (session.state === 'closed')
      parts.push(replace('#composer', composer({ session, key: '' })), replace('#session-close', ''));
    else parts.push(fill('#prompt', prompt(session.cwd, session.id)));
  }
  const said = ended.map((command) => `Command ${command.seq}: ${inWords(command)}.`).join(' ');
  if (said) parts.push(fill('#said', said));
  return parts;
}

/** What the page shows of the session; of the directory, which may be long, enough to see that it is another. */
function stampOf({ state, queued, generation, cwd, host }: Session): string {
  return [state, queued, generation, host?.length ?? 0, cwd?.length ?? 0, [...(cwd ?? '')].slice(-12).join('')].join(
    '|',
  );
}

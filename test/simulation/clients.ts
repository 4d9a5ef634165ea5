/** The callers: what they asked for, what they were told, and so what must be true of the record. */
import { createHash } from 'node:crypto';
import type { CommandRow, Signal } from '../../sql/contract.ts';
import type { CommandOptions, EdgeCalls } from '../../sql/edge.ts';
import { isPassing, untilAnswered } from '../../worker/database.ts';
import { type Script, textOf } from './script.ts';
import type { World } from './world.ts';

export interface SessionNote {
  id: string;
  closed: boolean;
  /** Each may have reached any of its commands. */
  interrupts: number;
  /** Resolves when the caller knows that it is there. */
  opened: Promise<void>;
}

export interface CommandNote {
  /** The ids under which it was sent; with an idempotency key each try may have one of its own. */
  ids: string[];
  session: SessionNote;
  key: string | null;
  script: Script;
  interactive: boolean;
  /** Before it was sent, and after it was answered, on one clock. */
  sentAt: number;
  answeredAt: number | null;
  /** What the caller was told; null where it never learned. */
  id: string | null;
  sent: Buffer;
  inputEnded: boolean;
  signals: number;
  /** What is done to it comes after its answer, one thing at a time. */
  turn: Promise<void>;
}

/** Refusals that are right: the command or session has ended, or may not do that. */
const refusals = [
  'session_closed',
  'command_ended',
  'session_busy',
  'stdin_ended',
  'not_interactive',
  'too_many_queued',
];

export class Clients {
  readonly sessions: SessionNote[] = [];
  readonly commands: CommandNote[] = [];
  readonly #edge: EdgeCalls;
  readonly #credential: Buffer;
  readonly #world: World;
  readonly #seed: number;
  #clock = 0;
  #ids = 0;

  constructor(edge: EdgeCalls, credential: Buffer, world: World, seed: number) {
    this.#edge = edge;
    this.#credential = credential;
    this.#world = world;
    this.#seed = seed;
  }

  /** Opens a session; `idleMs`: when its shell is given up. */
  open(idleMs: number | null): Promise<void> {
    const id = this.#id();
    const options = idleMs === null ? {} : { idle_timeout_ms: idleMs };
    const call = () => this.#edge.createSession(this.#credential, id, options);
    const opened = this.#asked(`open ${id}`, call).then(() => undefined);
    this.sessions.push({ id, closed: false, interrupts: 0, opened });
    return opened;
  }

  /** A session for one command. */
  execute(script: Script): Promise<void> {
    const [session, id] = [this.#id(), this.#id()];
    const call = () => this.#edge.execute(this.#credential, session, id, this.#options(script));
    const note: SessionNote = { id: session, closed: true, interrupts: 0, opened: Promise.resolve() };
    const command = this.#note(note, script, null, id);
    return this.#answered(command, this.#asked(`execute ${id} in ${session}`, call));
  }

  /** Submits a command, again and again until it is answered: with a key under fresh ids, as a client does; else as the edge does. */
  submit(session: SessionNote, script: Script, keyed: boolean): Promise<void> {
    const id = this.#id();
    const note = this.#note(session, script, keyed ? `key of ${id}` : null, id);
    return this.#answered(note, this.#submit(note, id));
  }

  /** The same request once more, from a client that did not hear the answer. */
  async repeat(note: CommandNote): Promise<void> {
    if (note.key === null) return;
    const id = this.#id();
    await note.turn;
    const row = await this.#submit(note, id);
    if (row && note.id !== null && row.id !== note.id) this.#world.fault('key_gave_two', `${note.id} and ${row.id}`);
  }

  cancel(note: CommandNote): Promise<void> {
    return this.#then(note, async (id) => {
      await this.#asked(`cancel ${id}`, () => this.#edge.cancelCommand(this.#credential, id));
    });
  }

  /** Signals have no id: one whose answer is lost is not sent again. */
  signal(note: CommandNote, signal: Signal): Promise<void> {
    return this.#then(note, async (id) => {
      note.signals += 1;
      await this.#asked(`signal ${id}`, () => this.#edge.signalCommand(this.#credential, id, signal), false);
    });
  }

  /** More input, by its offset, so that a repeated call is harmless. */
  write(note: CommandNote, bytes: number, last: boolean): Promise<void> {
    return this.#then(note, async (id) => {
      if (note.inputEnded) return;
      const data = Buffer.from(Array.from({ length: bytes }, (_, index) => (note.sent.length + index) % 251));
      const offset = note.sent.length;
      note.sent = Buffer.concat([note.sent, data]);
      note.inputEnded = last;
      await this.#asked(`write ${id}`, () => this.#edge.writeStdin(this.#credential, id, data, offset, last));
    });
  }

  async close(session: SessionNote): Promise<void> {
    session.closed = true;
    await session.opened;
    await this.#asked(`close ${session.id}`, () => this.#edge.closeSession(this.#credential, session.id));
  }

  async interrupt(session: SessionNote): Promise<void> {
    await session.opened;
    session.interrupts += 1;
    await this.#asked(
      `interrupt ${session.id}`,
      () => this.#edge.interruptSession(this.#credential, session.id),
      false,
    );
  }

  #submit(note: CommandNote, id: string): Promise<CommandRow | null> {
    const body = createHash('sha256')
      .update(note.key ?? '')
      .digest();
    const keyed = note.key === null ? {} : { idempotency_key: note.key, body_hash: body };
    let tries = 0;
    const call = () => {
      const tried = note.key === null ? id : this.#id(`${id} ${++tries}`);
      note.ids.push(tried);
      return this.#edge.submitCommand(this.#credential, note.session.id, tried, this.#options(note.script), keyed);
    };
    return note.session.opened.then(() => this.#asked(`submit ${id} to ${note.session.id}`, call));
  }

  #options(script: Script): CommandOptions {
    return {
      command: textOf(script),
      interactive: script.echoes && script.end === 'wait',
      ...(script.timeoutMs !== null && { timeout_ms: script.timeoutMs }),
      ...(script.maxOutput !== null && { max_output: script.maxOutput }),
    };
  }

  #note(session: SessionNote, script: Script, key: string | null, id: string): CommandNote {
    const interactive = script.echoes && script.end === 'wait';
    const asked = { ids: [id], session, key, script, interactive, sentAt: ++this.#clock };
    const told = { answeredAt: null, id: null, sent: Buffer.of(), inputEnded: false, signals: 0 };
    const note: CommandNote = { ...asked, ...told, turn: Promise.resolve() };
    this.commands.push(note);
    return note;
  }

  #answered(note: CommandNote, answer: Promise<CommandRow | null>): Promise<void> {
    note.turn = answer.then((row) => {
      note.id = row?.id ?? null;
      note.answeredAt = ++this.#clock;
    });
    return note.turn;
  }

  #then(note: CommandNote, action: (id: string) => Promise<void>): Promise<void> {
    note.turn = note.turn.then(() => (note.id === null ? undefined : action(note.id)));
    return note.turn;
  }

  /** The answer; null for a refusal. What is neither is a fault. */
  async #asked<Answer>(what: string, call: () => Promise<Answer>, again = true): Promise<Answer | null> {
    this.#world.note('caller', 'asks', { what });
    const log = () => {};
    try {
      return again ? await untilAnswered(call, log) : await call();
    } catch (error) {
      const { detail, message } = error as { detail?: string; message: string };
      this.#world.note('caller', 'refused', { what, detail, message });
      if (detail === 'not_found') this.#world.fault('missing', what);
      else if (!refusals.includes(detail ?? '') && (again || !isPassing(error))) {
        this.#world.fault('unexpected_error', `${what}: ${message}`);
      }
      return null;
    }
  }

  #id(what = String(this.#ids++)): string {
    const hex = createHash('sha256').update(`${this.#seed} ${what}`).digest('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }
}

/** The callers: what they asked for, what they were told, and so what must be true of the record. */
import { createHash } from 'node:crypto';
import type { CommandRow, Signal } from '../../sql/contract.ts';
import type { EdgeCalls } from '../../sql/edge.ts';
import { ask, Ids } from './asking.ts';
import { type CommandNote, newNote, optionsOf, type SessionNote } from './notes.ts';
import type { Script } from './script.ts';
import type { World } from './world.ts';

export class Clients {
  readonly sessions: SessionNote[] = [];
  readonly commands: CommandNote[] = [];
  readonly #edge: EdgeCalls;
  readonly #credential: Buffer;
  readonly #world: World;
  readonly #ids: Ids;
  #clock = 0;

  constructor(edge: EdgeCalls, credential: Buffer, world: World, seed: number) {
    this.#edge = edge;
    this.#credential = credential;
    this.#world = world;
    this.#ids = new Ids(seed);
  }

  /** Opens a session; `idleMs`: when its shell is given up. */
  open(idleMs: number | null): Promise<void> {
    const id = this.#ids.next();
    const options = idleMs === null ? {} : { idle_timeout_ms: idleMs };
    const call = () => this.#edge.createSession(this.#credential, id, options);
    const opened = ask(this.#world, `open ${id}`, call).then(() => undefined);
    this.sessions.push({ id, closed: false, interrupts: 0, opened });
    return opened;
  }

  /** A session for one command. */
  execute(script: Script): Promise<void> {
    const [session, id] = [this.#ids.next(), this.#ids.next()];
    const call = () => this.#edge.execute(this.#credential, session, id, optionsOf(script));
    const note: SessionNote = { id: session, closed: true, interrupts: 0, opened: Promise.resolve() };
    const command = this.#note(note, script, null, id);
    return this.#answered(command, ask(this.#world, `execute ${id} in ${session}`, call));
  }

  /** Submits a command, again and again until it is answered: with a key under fresh ids, as a client does; else as the edge does. */
  submit(session: SessionNote, script: Script, keyed: boolean): Promise<void> {
    const id = this.#ids.next();
    const note = this.#note(session, script, keyed ? `key of ${id}` : null, id);
    return this.#answered(note, this.#submit(note, id));
  }

  /** The same request once more, from a client that did not hear the answer. */
  async repeat(note: CommandNote): Promise<void> {
    if (note.key === null) return;
    const id = this.#ids.next();
    await note.turn;
    const row = await this.#submit(note, id);
    if (row && note.id !== null && row.id !== note.id) this.#world.fault('key_gave_two', `${note.id} and ${row.id}`);
  }

  cancel(note: CommandNote): Promise<void> {
    return this.#then(note, async (id) => {
      await ask(this.#world, `cancel ${id}`, () => this.#edge.cancelCommand(this.#credential, id));
    });
  }

  /** Signals have no id: one whose answer is lost is not sent again. */
  signal(note: CommandNote, signal: Signal): Promise<void> {
    return this.#then(note, async (id) => {
      note.signals += 1;
      await ask(this.#world, `signal ${id}`, () => this.#edge.signalCommand(this.#credential, id, signal), false);
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
      await ask(this.#world, `write ${id}`, () => this.#edge.writeStdin(this.#credential, id, data, offset, last));
    });
  }

  async close(session: SessionNote): Promise<void> {
    session.closed = true;
    await session.opened;
    await ask(this.#world, `close ${session.id}`, () => this.#edge.closeSession(this.#credential, session.id));
  }

  async interrupt(session: SessionNote): Promise<void> {
    await session.opened;
    session.interrupts += 1;
    await ask(
      this.#world,
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
      const tried = note.key === null ? id : this.#ids.of(`${id} ${++tries}`);
      note.ids.push(tried);
      return this.#edge.submitCommand(this.#credential, note.session.id, tried, optionsOf(note.script), keyed);
    };
    return note.session.opened.then(() => ask(this.#world, `submit ${id} to ${note.session.id}`, call));
  }

  #note(session: SessionNote, script: Script, key: string | null, id: string): CommandNote {
    const note = newNote(session, script, key, id, ++this.#clock);
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
}

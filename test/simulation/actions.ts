/** Carries out decisions. */
import { setTimeout as delay } from 'node:timers/promises';
import type { SimulatedHost } from './hosts.ts';
import type { CommandNote, SessionNote } from './notes.ts';
import { Quiet } from './quiet.ts';
import type { CommandRecord } from './record.ts';
import type { Decision } from './schedule.ts';
import type { Stage } from './stage.ts';

type Of<Kind extends Decision['kind']> = Extract<Decision, { kind: Kind }>;

/** As many as all hosts can hold together, but for one place, which the sessions of one command share. */
const openSessionsMax = 14;
/** Decisions about a command are about one of the latest. */
const recentCommands = 15;

export class Actions {
  readonly decisions: Record<string, number> = {};
  commands: CommandRecord[] = [];
  longestRecoveryMs = 0;
  readonly #stage: Stage;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Resolves when it is done; never rejects for what the schedule broke. */
  async carryOut(decision: Decision): Promise<void> {
    this.decisions[decision.kind] = (this.decisions[decision.kind] ?? 0) + 1;
    if (decision.kind !== 'quiet') this.#stage.world.note('schedule', decision.kind, decision);
    await (this.#ofCaller(decision) ?? this.#ofHost(decision) ?? this.#ofWorld(decision));
  }

  #ofCaller(decision: Decision): Promise<void> | undefined {
    const { clients } = this.#stage;
    if (decision.kind === 'open') return this.#open(decision);
    if (decision.kind === 'submit') return this.#submit(decision);
    if (decision.kind === 'close') return this.#close(decision);
    if (decision.kind === 'interrupt') return this.#with(this.#session(decision.nth), (one) => clients.interrupt(one));
    if (!['repeat', 'cancel', 'eof', 'signal', 'stdin'].includes(decision.kind)) return undefined;
    return this.#ofCommand(decision as Of<'repeat' | 'cancel' | 'eof' | 'signal' | 'stdin'>);
  }

  #ofCommand(decision: Of<'repeat' | 'cancel' | 'eof' | 'signal' | 'stdin'>): Promise<void> {
    const { clients } = this.#stage;
    const input = decision.kind === 'stdin' || decision.kind === 'eof';
    return this.#with(this.#command(decision.nth, input), (note) => {
      if (decision.kind === 'repeat') return clients.repeat(note);
      if (decision.kind === 'cancel') return clients.cancel(note);
      if (decision.kind === 'signal') return clients.signal(note, decision.signal);
      return clients.write(note, decision.kind === 'stdin' ? decision.bytes : 0, decision.kind === 'eof');
    });
  }

  #ofHost(decision: Decision): Promise<void> | undefined {
    if (!('host' in decision) || decision.host === 'edge') return undefined;
    const { fleet } = this.#stage;
    const number = decision.host;
    if (decision.kind === 'start') fleet.start(number);
    if (decision.kind === 'twin') fleet.twin(number);
    return this.#with(fleet.at(number) ?? undefined, (host) => this.#toHost(host, number, decision));
  }

  async #toHost(host: SimulatedHost, number: number, decision: Decision): Promise<void> {
    const { kind } = decision;
    if (kind === 'kill' || kind === 'killBoth' || kind === 'vanish') {
      host[kind]();
      this.#stage.fleet.drop(number);
    }
    if (kind === 'killCompanion') host.killCompanion();
    if (kind === 'drain') void host.drain();
    if (kind === 'drop') await this.#stage.database.endBackends(host.backends());
    if (kind === 'freeze') this.#freeze(host, decision.ms);
    if (kind === 'refuseShell') host.shellRefusals = 1;
    if (kind === 'failQuery') host.failures.arm(decision.nth, decision.how);
    if (kind === 'failCall') host.failures.armCall(decision.call, decision.how);
  }

  async #ofWorld(decision: Decision): Promise<void> {
    const { world, edge, database, restart } = this.#stage;
    if (decision.kind === 'failQuery') edge.failures.arm(decision.nth, decision.how);
    if (decision.kind === 'failCall') edge.failures.armCall(decision.call, decision.how);
    if (decision.kind === 'loseHints') await database.loseHints(decision.percent);
    if (decision.kind === 'extraHint') await this.#with(this.#session(decision.nth), ({ id }) => database.hint(id));
    if (decision.kind === 'restart') {
      await restart(decision.mode);
      world.postgresSince = performance.now();
    }
    if (decision.kind === 'quiet') await this.#quiet();
  }

  async #quiet(): Promise<void> {
    const { tookMs, commands } = await new Quiet(this.#stage).reach();
    this.longestRecoveryMs = Math.max(this.longestRecoveryMs, tookMs);
    this.commands = commands;
  }

  #open(decision: Of<'open'>): Promise<void> {
    const { clients } = this.#stage;
    if (decision.ephemeral) return clients.execute(decision.script);
    return this.#openSessions().length < openSessionsMax ? clients.open(decision.idleMs) : Promise.resolve();
  }

  #submit({ nth, script, keyed }: Of<'submit'>): Promise<void> {
    return this.#with(this.#session(nth), (session) => this.#stage.clients.submit(session, script, keyed));
  }

  #close({ nth }: Of<'close'>): Promise<void> {
    if (this.#openSessions().length < 3) return Promise.resolve();
    return this.#with(this.#session(nth), (session) => this.#stage.clients.close(session));
  }

  #freeze(host: SimulatedHost, ms: number): void {
    host.freeze();
    void delay(ms).then(() => host.thaw());
  }

  #openSessions(): SessionNote[] {
    return this.#stage.clients.sessions.filter(({ closed }) => !closed);
  }

  #session(nth: number): SessionNote | undefined {
    const open = this.#openSessions();
    return open[nth % open.length];
  }

  #command(nth: number, interactive: boolean): CommandNote | undefined {
    const notes = this.#stage.clients.commands.filter((note) => !interactive || note.interactive);
    const latest = notes.slice(-recentCommands);
    return latest[nth % latest.length];
  }

  async #with<One>(one: One | undefined, action: (one: One) => Promise<void>): Promise<void> {
    if (one !== undefined) await action(one);
  }
}

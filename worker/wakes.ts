/**
 * Hints to this host, which come twice: as a notification, which is quicker, and as a job, which waits for whoever was not
 * there to hear. What a notification has done its job need not do again.
 */
import type { WorkerEvents } from 'graphile-worker';
import { type Log, SessionHint, wakeChannel } from '../sql/contract.ts';

/** Jobs follow their notifications within a moment: so many at most are remembered, the latest. */
const heardMax = 1_000;

/** Wakes sessions, and remembers which jobs have nothing left to do. */
export class Wakes {
  readonly #wake: (session: string, control: boolean) => Promise<void>;
  /** By the key of the job that is to come. */
  readonly #heard = new Map<string, Promise<void>>();

  constructor(wake: (session: string, control: boolean) => Promise<void>) {
    this.#wake = wake;
  }

  /** A notification's payload. */
  hear(payload: string): void {
    const { session_id, control, key } = SessionHint.parse(JSON.parse(payload));
    const waking = this.#wake(session_id, control);
    // Its job tries again.
    waking.catch(() => {});
    this.#heard.delete(key);
    this.#heard.set(key, waking);
    const [oldest] = this.#heard.keys();
    if (this.#heard.size > heardMax && oldest !== undefined) this.#heard.delete(oldest);
  }

  /** A job's payload. Rejects where the session could not be woken. */
  async work(payload: unknown): Promise<void> {
    const { session_id, control, key } = SessionHint.parse(payload);
    const heard = this.#heard.get(key);
    this.#heard.delete(key);
    const isDone =
      heard !== undefined &&
      (await heard.then(
        () => true,
        () => false,
      ));
    if (!isDone) await this.#wake(session_id, control);
  }
}

/** Whenever the runner's connection listens again, so does this; what was missed meanwhile has its job. */
export function listenForWakes(events: WorkerEvents, wakes: Wakes, incarnation: string, log: Log): void {
  const channel = wakeChannel(incarnation);
  events.on('pool:listen:success', ({ client }) => {
    client
      .query(`listen "${channel}"`)
      .catch((error: Error) => log('debug', 'not_listening', { error: error.message }));
  });
  events.on('pool:listen:notification', ({ message }) => {
    if (message.channel !== channel) return;
    try {
      wakes.hear(message.payload ?? '');
    } catch (error) {
      // Whoever may connect may notify; a hint of ours has its job besides.
      log('warn', 'notification_not_understood', { error: (error as Error).message });
    }
  });
}

/**
 * The connection that listens carries short calls, too, one at a time. Postgres wakes every connection that listens at each commit that notifies, but not
 * the one that commits; and what has just told of work is awake when that work is claimed. So a command that comes alone passes through two
 * processes of Postgres fewer, a twentieth of its time. Nothing is heard while a call is under way, so it is only for those that are soon over.
 */
import type { Query } from './contract.ts';

/** Of one command. What is done for several at once takes longer, and Postgres is busy then with more than waking who listens. */
const shortCalls = /^select limpet_(edge\.(submit|read)|host\.(claim|finish))_command\(/;
/** What waits longer for a lock waits elsewhere. */
const lockWaitMs = 100;
const lockNotAvailable = '55P03';
/** Said once on a connection that is to carry calls. */
export const nearbySettings = `set lock_timeout = ${lockWaitMs}`;
/** Characters and bytes of the values of one: what carries more takes longer. */
const sizeMax = 16 * 1024;

/** Sends each call by the connection that listens, or by the rest. */
export class Nearby {
  #query: Query | undefined;
  #busy: Promise<unknown> | undefined;

  /**
   * This connection listens from now on. `lose` is called where it gives no answer: it hears nothing either then, and would be asked again and
   * again. Gives what ends its use, which resolves once no call is under way.
   */
  use(query: Query, lose: (error: Error) => void = () => {}): () => Promise<void> {
    this.#query = (text, values) =>
      query(text, values).catch((error) => {
        if (codeOf(error) === undefined) lose(error);
        throw error;
      });
    const own = this.#query;
    return async () => {
      if (this.#query === own) this.#query = undefined;
      await this.#busy?.catch(() => undefined);
    };
  }

  /** Short calls go by the connection that listens while it is free, all else by `rest`. */
  over(rest: Query): Query {
    return (text, values) => {
      const query = this.#query;
      if (!query || this.#busy || !shortCalls.test(text) || sizeOf(values) > sizeMax) return rest(text, values);
      const asked = query(text, values).finally(() => {
        this.#busy = undefined;
      });
      this.#busy = asked;
      // Nothing has come of it.
      return asked.catch((error) => (codeOf(error) === lockNotAvailable ? rest(text, values) : Promise.reject(error)));
    };
  }
}

/** What Postgres said, of an error of the driver's or of one that has that for its cause; undefined where it said nothing. */
function codeOf(error: unknown): unknown {
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  return code ?? cause?.code;
}

function sizeOf(values: readonly unknown[]): number {
  const size = (value: unknown) =>
    typeof value === 'string' || value instanceof Uint8Array || Array.isArray(value) ? value.length : 0;
  return values.reduce((sum: number, value) => sum + size(value), 0);
}

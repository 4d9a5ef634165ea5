/**
 * Calls that come while others are under way go together in the next statement: one journey, one commit and one plan of each of its
 * parts for all of them. A call that comes alone is sent at once, as it is.
 *
 * A statement for several does only what is plain and names what it did; the rest is called alone, as is each call of a statement that Postgres refused,
 * of which nothing has happened. Where nobody knows what became of a statement, each of its calls rejects with that, and is repeated by whoever made it.
 */

import { isRefusal } from './errors.ts';

/** Beyond it the first of a statement waits for long for the last. */
const callsMax = 32;
/** Text of the values of one statement: a call with much output goes with few others. */
const sizeMax = 1024 * 1024;
/** One that takes longer waits for a lock or for the database itself, and is not waited for by the rest. */
const slowMs = 100;

/** How calls of one kind are made. */
interface Kind<Call, Answer> {
  alone(call: Call): Promise<Answer>;
  /** Answers by the calls' keys; of those without one nothing was done. */
  together(calls: Call[]): Promise<ReadonlyMap<string, Answer>>;
  /** What its answer is known by: two of the same never go together … */
  key(call: Call): string;
  /** … nor two of the same subject. */
  subject(call: Call): string;
  /** Bytes that it carries, about. */
  size(call: Call): number;
}

interface Waiting<Call, Answer> {
  call: Call;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** Calls of one kind: takes them one by one, and sends them alone or with others. */
export class Together<Call, Answer> {
  readonly #kind: Kind<Call, Answer>;
  #waiting: Waiting<Call, Answer>[] = [];
  #isBusy = false;

  constructor(kind: Kind<Call, Answer>) {
    this.#kind = kind;
  }

  /** Answers, or rejects, as `alone` does. */
  send(call: Call): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ call, resolve, reject });
      if (this.#isBusy) return;
      this.#isBusy = true;
      // What is heard in the same turn of the event loop comes at once.
      setImmediate(() => this.#next());
    });
  }

  #next(): void {
    const some = this.#take();
    this.#isBusy = some.length > 0;
    if (!this.#isBusy) return;
    let isNext = false;
    const next = () => {
      if (isNext) return;
      isNext = true;
      clearTimeout(slow);
      this.#next();
    };
    const slow = setTimeout(next, slowMs);
    void this.#run(some).then(next);
  }

  #take(): Waiting<Call, Answer>[] {
    const { key, subject, size } = this.#kind;
    const among = new Set<string>();
    const isAmong = (call: Call) => among.has(subject(call)) || among.has(key(call));
    const taken: Waiting<Call, Answer>[] = [];
    const left: Waiting<Call, Answer>[] = [];
    let total = 0;
    for (const one of this.#waiting) {
      const isTaken =
        taken.length === 0 || (taken.length < callsMax && !isAmong(one.call) && total + size(one.call) <= sizeMax);
      (isTaken ? taken : left).push(one);
      if (!isTaken) continue;
      among.add(subject(one.call)).add(key(one.call));
      total += size(one.call);
    }
    this.#waiting = left;
    return taken;
  }

  async #run(some: Waiting<Call, Answer>[]): Promise<void> {
    if (some.length === 1) return this.#alone(some);
    try {
      const answers = await this.#kind.together(some.map(({ call }) => call));
      const isDone = ({ call }: Waiting<Call, Answer>) => answers.has(this.#kind.key(call));
      for (const one of some.filter(isDone)) one.resolve(answers.get(this.#kind.key(one.call)) as Answer);
      void this.#alone(some.filter((one) => !isDone(one)));
    } catch (error) {
      if (isRefusal(error)) void this.#alone(some);
      else for (const { reject } of some) reject(error);
    }
  }

  async #alone(some: Waiting<Call, Answer>[]): Promise<void> {
    await Promise.all(some.map(({ call, resolve, reject }) => this.#kind.alone(call).then(resolve, reject)));
  }
}

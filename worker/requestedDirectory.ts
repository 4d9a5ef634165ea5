/** The directory that a session's caller asked for. A command is not run in another before its caller was told. */
import type { AdoptedSession, CommandResult } from '../sql/host.ts';
import { type Finished, neverRan } from './execute.ts';
import type { Shell } from './shell/index.ts';

/** What bash's `cd` ends with where it cannot go somewhere. */
const notEntered = 1;

/** Of one session: knows whether its caller still has to be told that its shell is elsewhere. */
export class RequestedDirectory {
  #asked: string | null;
  /** Why the open shell is not there, in bash's own words. */
  #problem: string | null = null;

  constructor({ requested_cwd }: Pick<AdoptedSession, 'requested_cwd'>) {
    this.#asked = requested_cwd;
  }

  /** A shell was opened; where it was to start there, no state was restored, which has a directory of its own. Gives where the next is to start. */
  opened({ cwd, problems }: Shell): string {
    this.#problem = this.#asked === null ? null : (problems.find((problem) => problem.startsWith('cd: ')) ?? null);
    return this.#asked ?? cwd;
  }

  /** A command has ended: its caller has been told where. */
  settled({ cwd }: CommandResult): void {
    if (cwd === null) return;
    this.#asked = null;
    this.#problem = null;
  }

  /** The end of a command that would run in another directory than the one asked for; null where it may run. The shell stays as it is. */
  refusal({ cwd }: Shell, generation: number): Finished | null {
    if (this.#problem === null) return null;
    const problem = `The directory that the session was opened for could not be entered (${this.#problem}), so the command did not run. The session goes on in ${cwd}.`;
    const { result, ...rest } = neverRan(problem, 'shell_exited', generation, true);
    return { ...rest, result: { ...result, state: 'exited', exit_code: notEntered, cwd } };
  }
}

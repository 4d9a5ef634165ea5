/** What a verification has found, of two kinds: `integrity` (what is here was altered) and `completeness` (something is missing). */

/** `whole`: proven. `broken`: disproven. `unknown`: neither. */
export type Verdict = 'whole' | 'broken' | 'unknown';
type Question = 'integrity' | 'completeness';

/** Where and what. `seq` is the first event in doubt. */
export interface Finding {
  question: Question;
  verdict: 'broken' | 'unknown';
  session_id: string | null;
  seq: number | null;
  checkpoint: number | null;
  message: string;
}

type Place = Partial<Pick<Finding, 'session_id' | 'seq' | 'checkpoint'>>;

/** Findings told one by one; the rest is counted. */
const findingsMax = 100;

/** Collects findings in bounded memory. */
export class Findings {
  readonly #list: Finding[] = [];
  readonly #verdicts: Record<Question, Verdict> = { integrity: 'whole', completeness: 'whole' };
  #untold = 0;

  /** Something was altered, or is missing. */
  broken(question: Question, message: string, place: Place = {}): void {
    this.#verdicts[question] = 'broken';
    this.#add({ question, verdict: 'broken', message, ...place });
  }

  /** It cannot be told; what is broken stays so. */
  unknown(question: Question, message: string, place: Place = {}): void {
    if (this.#verdicts[question] === 'whole') this.#verdicts[question] = 'unknown';
    this.#add({ question, verdict: 'unknown', message, ...place });
  }

  verdict(question: Question): Verdict {
    return this.#verdicts[question];
  }

  /** The first event in doubt, in the order of the bundle. */
  get firstBroken(): Finding | null {
    return this.#list.find(({ verdict, seq }) => verdict === 'broken' && seq !== null) ?? null;
  }

  get told(): readonly Finding[] {
    return this.#list;
  }

  /** How many more there were. */
  get untold(): number {
    return this.#untold;
  }

  #add(finding: Omit<Finding, keyof Place> & Place): void {
    if (this.#list.length === findingsMax) this.#untold += 1;
    else this.#list.push({ session_id: null, seq: null, checkpoint: null, ...finding });
  }
}

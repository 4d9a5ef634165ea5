/** What can go wrong between the command line and the API, in words for whoever typed the command. */

/** The problem document of the API (functions/problem.ts), as far as a caller needs it. */
export type ProblemBody = {
  code: string;
  detail: string;
  hint?: string;
  errors?: { in: string; pointer: string; message: string }[];
};

/** The command line itself cannot be carried out: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What to do next, where the API's own advice speaks of HTTP. */
const hints: Record<string, string> = {
  unauthorized: 'Set LIMPET_KEY to a key that works; `limpet keys create` makes one where limpet runs.',
  forbidden: 'Use a key that has it; `limpet keys create --by-database` makes one that has all, where limpet runs.',
  not_found: '`limpet sessions` and `limpet history` list yours.',
  session_closed: '`limpet open` opens another; `limpet history` shows what ran in this one.',
  session_busy: 'Wait until it is done, or leave out --fail-if-busy to queue behind it.',
  command_ended: '`limpet history` shows how.',
};

/** The API said no. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: number;
  readonly code: string;

  constructor(status: number, { code, detail, hint, errors = [] }: ProblemBody) {
    const fields = errors.map(({ pointer, message }) => `${pointer.slice(1) || 'the request'}: ${message}`);
    const what = fields.length > 0 ? fields.join('\n') : detail;
    super([what, hints[code] ?? hint].filter(Boolean).join('\n'));
    this.status = status;
    this.code = code;
  }
}

/** Nobody answered, or nobody who speaks for limpet. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** The problem that an answer other than 2xx tells. */
export async function problemOf(response: Response, url: string): Promise<Error> {
  const text = await response.text();
  if (response.headers.get('content-type')?.startsWith('application/problem+json')) {
    return new Refused(response.status, JSON.parse(text) as ProblemBody);
  }
  return new Unreachable(`${url} answered ${response.status}, and not as limpet does. Is LIMPET_URL right?`);
}

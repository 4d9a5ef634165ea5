/** The line in which the next command is typed, with history, while nothing runs in the session. */
import { createInterface, type Interface } from 'node:readline';

type PromptOptions = {
  prompt: string;
  /** The newest first. */
  history: string[];
  /** What was begun before the prompt was taken away. */
  draft: string;
  /** The byte that detaches. */
  detachKey: number;
  /** Takes the prompt away. */
  signal: AbortSignal;
};

type Answer = {
  /** Lines that were entered: several where several were pasted. */
  lines: string[];
  /** Begun and not entered. */
  draft: string;
  detached: boolean;
};

/** Resolves once something was entered, it was detached from (also by Ctrl-D), or `signal` aborts. */
export async function ask({ prompt, history, draft, detachKey, signal }: PromptOptions): Promise<Answer> {
  const reader = createInterface({
    input: process.stdin,
    output: process.stdout,
    terminal: true,
    history: [...history],
    prompt,
  });
  const answer: Answer = { lines: [], draft: '', detached: false };
  const done = Promise.withResolvers<void>();
  const onKey = (_text: string | undefined, { sequence }: { sequence?: string }) => {
    if (sequence?.charCodeAt(0) !== detachKey || sequence.length !== 1) return;
    answer.detached = true;
    done.resolve();
  };
  process.stdin.on('keypress', onKey);
  reader.on('line', (line) => {
    answer.lines.push(line);
    // Lines that were pasted come in one go.
    setImmediate(done.resolve);
  });
  reader.on('SIGINT', () => clearLine(reader));
  const onClose = () => {
    answer.detached ||= answer.lines.length === 0;
    done.resolve();
  };
  reader.on('close', onClose);
  signal.addEventListener('abort', () => done.resolve(), { once: true });
  reader.prompt();
  reader.write(draft);
  await done.promise;
  process.stdin.off('keypress', onKey);
  answer.draft = answer.detached ? '' : reader.line;
  reader.off('close', onClose);
  reader.close();
  // It has given back a terminal that echoes, and in which Ctrl-C would end us.
  process.stdin.setRawMode(true);
  return answer;
}

/** Ctrl-C gives a line up, as in any shell. */
function clearLine(reader: Interface): void {
  process.stdout.write('^C\n');
  reader.write(null, { ctrl: true, name: 'e' });
  reader.write(null, { ctrl: true, name: 'u' });
  reader.prompt();
}

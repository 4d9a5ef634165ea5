/** How much has come, for a person who waits for it. */
import { size } from '../../html/text.ts';

/** Where it is told, and how often at most. */
type Told = { terminal: { isTTY?: boolean; write(text: string): unknown }; everyMs: number };

const usual: Told = { terminal: process.stderr, everyMs: 500 };
const clearLine = '\r\x1b[K';

/** Passes bytes on, and tells a person at a terminal how many there were; the line is gone at the end. */
export async function* counted(
  source: AsyncIterable<Uint8Array>,
  { terminal, everyMs }: Told = usual,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  let toldAt = performance.now();
  try {
    for await (const chunk of source) {
      yield chunk;
      bytes += chunk.length;
      if (!terminal.isTTY || performance.now() - toldAt < everyMs) continue;
      toldAt = performance.now();
      terminal.write(`${clearLine}${size(bytes)}`);
    }
  } finally {
    if (terminal.isTTY) terminal.write(clearLine);
  }
}

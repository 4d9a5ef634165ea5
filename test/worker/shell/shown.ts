/** An emulator of a small terminal, and what it shows and answers. */
import { onTestFinished } from 'vitest';
import { Emulator } from '../../../worker/shell/emulator.ts';
import type { Screen } from '../../../worker/shell/terminalTypes.ts';

export const size = { cols: 20, rows: 5 };
export interface Shown {
  emulator: Emulator;
  answers: () => string;
  write: (text: string | Uint8Array) => Promise<Screen>;
}

/** Opens one, which goes with the test. */
export function open(of = size): Shown {
  const answers: Uint8Array[] = [];
  const emulator = new Emulator(
    of,
    (bytes) => void answers.push(bytes),
    () => {},
  );
  onTestFinished(() => emulator.close());
  const write = async (text: string | Uint8Array) => {
    await emulator.write(Buffer.from(text));
    return emulator.screen();
  };
  return { emulator, answers: () => Buffer.concat(answers).toString(), write };
}

/** The text of each row. */
export const rows = ({ lines }: Screen) => lines.map(({ runs }) => runs.map(({ text }) => text).join(''));

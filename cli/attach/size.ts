/** The size of a remote terminal, after the one that one sits at. */
import type { Api } from '../api.ts';

/** As the API has it (limits.terminalSizeMax). */
const sideMax = 1_000;

/** The session's terminal gets the size of this one. */
export async function sizeTo(api: Api, id: string): Promise<void> {
  const { columns, rows } = process.stdout;
  await api.client.resizeTerminal(id, { cols: Math.min(columns, sideMax), rows: Math.min(rows, sideMax) });
}

/** Another size and the right one again: a program that draws the whole screen draws it anew. */
export async function shake(api: Api, id: string): Promise<void> {
  const { columns, rows } = process.stdout;
  await api.client.resizeTerminal(id, {
    cols: Math.min(columns, sideMax),
    rows: Math.max(1, Math.min(rows, sideMax) - 1),
  });
  await sizeTo(api, id);
}

/**
 * What the edge, the host and the page all know: states, shapes and limits. The SQL API (sql/edge, sql/host) speaks
 * these words; nothing here talks to a database. The states are drawn in sql/migrations/committed/000001.sql.
 */

export * from './contract/commandStates.ts';
export * from './contract/commands.ts';
export * from './contract/hints.ts';
export * from './contract/hosts.ts';
export * from './contract/keys.ts';
export * from './contract/limits.ts';
export type * from './contract/pages.ts';
export * from './contract/record.ts';
export * from './contract/replays.ts';
export * from './contract/sandbox.ts';
export * from './contract/sealed.ts';
export * from './contract/sealedPlaces.ts';
export * from './contract/sessions.ts';
export * from './contract/states.ts';
export * from './contract/terminals.ts';
export * from './contract/usage.ts';
export * from './contract/version.ts';

/** One page of a listing, newest first unless its route says otherwise. */
export interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

/** Runs one statement and returns its rows. Bytes come as Uint8Array, jsonb parsed. Both edges and the host have one. */
export type Query = (text: string, values: readonly unknown[]) => Promise<Record<string, unknown>[]>;

/** One event a call, one JSON line an event. */
export type Log = (level: 'debug' | 'info' | 'warn' | 'error', event: string, fields?: Record<string, unknown>) => void;

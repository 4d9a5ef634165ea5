/** The calls of an operator's command, made as the owner of the tables: they need no key. */
import { call } from './call.ts';
import type { Query } from './contract.ts';
import { adminRetentionCalls } from './retention.ts';

/** The operator's typed calls over one `query` of the tables' owner. */
export function adminCalls(query: Query) {
  const one = <Result>(name: string, args: Record<string, unknown>) => call<Result>(query, 'limpet', name, args);
  return {
    /** Makes sure the key with this SHA-256 exists with scope admin; true if it was made now. */
    bootstrapKey: (id: string, name: string, hash: Uint8Array) => one<boolean>('bootstrap_key', { id, name, hash }),
    /** Drops the payloads of a session's events `from` to `to`, and says so in the record; returns how many. */
    purgePayloads: (session: string, from: number, to: number, actor: string, reason: string) =>
      one<number>('purge_payloads', { session, from, to, actor, reason }),
    ...adminRetentionCalls(one),
    hasAdminKey: () => one<boolean>('has_admin_key', {}),
    /** Whether any command runs or waits. */
    isWorking: () => one<boolean>('is_working', {}),
    /** Makes a one-time link for the oldest admin key; `hash` is SHA-256 of its token. False where there is none. */
    createLoginLink: (hash: Uint8Array) => one<boolean>('create_login_link', { hash }),
  };
}

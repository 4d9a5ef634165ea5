/** Seals what callers give to be stored: input of commands, and keys for terminals. */
import { keysPlace, type SealKeys, sealApart, stdinPlace } from '../../sql/contract.ts';
import type { CommandOptions, EdgeCalls } from '../../sql/edge.ts';
import { sha256, toBase64, utf8 } from '../bytes.ts';

/** The calls that give something to be stored, with it sealed under the first of `keys`. */
export function sealingCalls(calls: EdgeCalls, keys: SealKeys) {
  const withStdin = async ({ stdin, ...options }: CommandOptions, id: string): Promise<CommandOptions> => {
    if (stdin === undefined) return options;
    const bytes = utf8(stdin);
    const { data, seal } = await sealApart(keys, bytes, stdinPlace(id));
    return {
      ...options,
      stdin_sealed: toBase64(data),
      stdin_seal: toBase64(seal),
      stdin_sha256: hex(await sha256(bytes)),
    };
  };
  return {
    submitCommand: async (...[credential, session, id, options, idempotency]: Parameters<EdgeCalls['submitCommand']>) =>
      calls.submitCommand(credential, session, id, await withStdin(options, id), idempotency),
    execute: async (...[credential, session, id, options, idempotency]: Parameters<EdgeCalls['execute']>) =>
      calls.execute(credential, session, id, await withStdin(options, id), idempotency),
    typeKeys: async (...[credential, session, keyPresses]: Parameters<EdgeCalls['typeKeys']>) => {
      const bytes = utf8(JSON.stringify(keyPresses));
      const sealed = { ...(await sealApart(keys, bytes, keysPlace)), sha256: await sha256(bytes) };
      return calls.typeKeys(credential, session, keyPresses, sealed);
    },
    writeStdin: async (...[credential, id, data, offset, last]: Parameters<EdgeCalls['writeStdin']>) => {
      for (let [at, rest] = [offset, data.slice()]; ; ) {
        if (rest.length === 0) return calls.writeStdin(credential, id, rest, at, last);
        const sealed = await sealApart(keys, rest, stdinPlace(id));
        const input = { seal: sealed.seal, sha256: await sha256(rest) };
        const reached = await calls.writeStdin(credential, id, sealed.data, at, last, input);
        if (typeof reached === 'number') return reached;
        // A part of it was sent before: the rest of it is sealed anew.
        [at, rest] = [reached.known, data.slice(reached.known - (offset ?? reached.known))];
      }
    },
  };
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

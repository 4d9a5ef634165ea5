/** The edge's calls about API keys, all of which need the scope admin. Part of `edgeCalls`. */
import type { CallOne } from './audit.ts';
import type { ApiKey, Page, SandboxProfile, Scope } from './contract.ts';
import type { Credential } from './edge.ts';

/** What a key may use and run, in the words of its columns; null is no limit of its own. */
export interface KeyLimits {
  open_sessions_max?: number | null | undefined;
  queued_commands_max?: number | null | undefined;
  commands_per_minute_max?: number | null | undefined;
  output_bytes_per_day_max?: number | null | undefined;
  timeout_ms_max?: number | null | undefined;
  executables_allowed?: string[] | null | undefined;
  executables_denied?: string[] | null | undefined;
  sandbox?: SandboxProfile | null | undefined;
}

/** What POST /v1/keys takes, validated. */
export interface KeyOptions {
  name: string;
  owner?: string | undefined;
  scopes: Scope[];
  expires_at?: string | undefined;
  limits?: KeyLimits | undefined;
}

/** What PATCH /v1/keys/{id} takes, validated: what is not named stays. */
export interface KeyChange {
  name?: string | undefined;
  expires_at?: string | null | undefined;
  limits?: KeyLimits | undefined;
}

/** Makes them from the caller of one SQL function. */
export function keyCalls(one: CallOne) {
  return {
    createKey: (credential: Credential, id: string, hash: Uint8Array, options: KeyOptions) =>
      one<ApiKey>('create_key', { credential, id, hash, options }),
    changeKey: (credential: Credential, id: string, options: KeyChange) =>
      one<ApiKey>('change_key', { credential, id, options }),
    /** `hash` is SHA-256 of the key with its new secret; the old one is taken for `graceMs` more. */
    rotateKey: (credential: Credential, id: string, hash: Uint8Array, graceMs: number) =>
      one<ApiKey>('rotate_key', { credential, id, hash, grace_ms: graceMs }),
    listKeys: (credential: Credential) => one<Page<ApiKey>>('list_keys', { credential }),
    revokeKey: (credential: Credential, id: string) => one<null>('revoke_key', { credential, id }),
  };
}

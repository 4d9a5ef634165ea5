/** What the edge is made of: what it is given, and what each request carries. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type Log, limits, type Query, type SealKeys } from '../sql/contract.ts';
import { type Credential, type EdgeCalls, edgeCalls } from '../sql/edge.ts';
import type { Metric } from './metrics.ts';
import { retrying } from './query.ts';
import { redactedCalls } from './redaction/calls.ts';
import type { Rule } from './redaction/rules.ts';
import { openedCalls } from './sealed/calls.ts';
import type { Waits } from './waits.ts';

/** Static files of the page: html/public, by name. */
export interface Assets {
  fetch(request: Request): Promise<Response>;
}

/** How the shelld surface (shelld.ts) behaves here. */
export interface ShelldSettings {
  /** How long /execute waits for a command where X-Command-Timeout says nothing, in ms. */
  waitMs: number;
  /** The longest that it waits, whatever is asked for, in ms. */
  waitMsMax: number;
  /** How long /lock waits for a host, in ms. */
  openMs: number;
  /** How long /unlock waits until the shell is gone, in ms. */
  closeMs: number;
  /** What /unlock does once the key is free, where the server is to end then. */
  unlocked?: (() => void) | undefined;
}

interface EdgeSettings {
  /** Told in /openapi.json. */
  version: string;
  /** Which of several databases this is (shards.ts): keys that are made here say so. */
  shard?: string | undefined;
  shelld?: Partial<ShelldSettings> | undefined;
}

/** What `createApp` needs; everything that differs between workerd and Node is in here. */
export interface EdgeDependencies {
  query: Query;
  /** Calls of several requests may go in one statement: on Node, where requests share their connections. */
  gathers?: boolean | undefined;
  waits: Waits;
  log: Log;
  settings: EdgeSettings;
  assets?: Assets | undefined;
  /** What secrets are sealed with; without, none are taken. */
  sealKeys?: SealKeys | undefined;
  /** Input and keys are stored sealed, too. */
  encrypt?: boolean | undefined;
  /** Secrets that are masked in what is shown and exported; without, nothing is. */
  redact?: readonly Rule[] | undefined;
  /** What is measured of the process itself, for /metrics; workerd has none. */
  processMetrics?: (() => Metric[]) | undefined;
  /** Aborted when the edge is to end: whoever waits is answered at once with what is known. */
  closing?: AbortSignal | undefined;
}

/** The same, as the routes use it. */
export interface Edge {
  /** What they give is redacted, whoever asks; `callsOf` has those for a request that may want it otherwise. */
  calls: EdgeCalls;
  /** The same without redaction, for what is run again. Nothing that they give is shown but by `callsOf`. */
  exactCalls: EdgeCalls;
  redact: readonly Rule[];
  waits: Waits;
  log: Log;
  settings: EdgeSettings;
  shelld: ShelldSettings;
  assets: Assets;
  sealKeys: SealKeys | undefined;
  processMetrics: () => Metric[];
  closing: AbortSignal | undefined;
}

/** What one request carries from middleware to handler. */
export interface EdgeEnv {
  Variables: {
    requestId: string;
    credential: Credential;
    /** It asked for what is stored as it is, and may have it (redaction/raw.ts). */
    exact?: boolean;
    /** These go into its log line. */
    fields: Record<string, unknown>;
  };
}
export type EdgeApp = OpenAPIHono<EdgeEnv>;
export type EdgeContext = Context<EdgeEnv>;

const shelldDefaults: ShelldSettings = {
  waitMs: limits.shellWaitMs,
  waitMsMax: limits.shellWaitMsMax,
  openMs: limits.shellOpenMs,
  closeMs: limits.shellCloseMs,
};
const noAssets: Assets = { fetch: async () => new Response(null, { status: 404 }) };

/** The dependencies with their typed SQL calls. */
export function createEdge(deps: EdgeDependencies): Edge {
  const once = edgeCalls(deps.query);
  const repeating = edgeCalls(retrying(deps.query), deps.gathers);
  const calls: EdgeCalls = {
    ...repeating,
    // These carry no id by which a repetition would be recognised.
    interruptSession: once.interruptSession,
    interruptShell: once.interruptShell,
    signalCommand: once.signalCommand,
    typeKeys: once.typeKeys,
    redeemLoginLink: once.redeemLoginLink,
    // With an offset, what was stored already is passed over.
    writeStdin: (credential, id, data, offset, ...rest) =>
      (offset === undefined ? once : repeating).writeStdin(credential, id, data, offset, ...rest),
  };
  const exactCalls = openedCalls(calls, { keys: deps.sealKeys, encrypt: deps.encrypt ?? false, log: deps.log });
  const redact = deps.redact ?? [];
  return {
    calls: redactedCalls(exactCalls, redact),
    exactCalls,
    redact,
    waits: deps.waits,
    log: deps.log,
    settings: deps.settings,
    shelld: { ...shelldDefaults, ...deps.settings.shelld },
    assets: deps.assets ?? noAssets,
    sealKeys: deps.sealKeys,
    processMetrics: deps.processMetrics ?? (() => []),
    closing: deps.closing,
  };
}

/** The calls for a request that `?raw=true` may be asked of: redacted, unless it is `exact`. */
export function callsOf(edge: Pick<Edge, 'calls' | 'exactCalls'>, c: EdgeContext): EdgeCalls {
  return c.get('exact') ? edge.exactCalls : edge.calls;
}

/** Adds ids to the request's log line. */
export function note(c: EdgeContext, fields: Record<string, unknown>): void {
  c.set('fields', { ...c.get('fields'), ...fields });
}

/** Aborts when the caller has gone or the edge is to end. */
export function givenUp(c: EdgeContext, edge: Pick<Edge, 'closing'>): AbortSignal {
  const { signal } = c.req.raw;
  return edge.closing ? AbortSignal.any([signal, edge.closing]) : signal;
}

/**
 * One edge over several databases (shards), each a limpet of its own: its sessions, keys, hosts and record know nothing of another's. A key
 * says in its text which one it is of, and so do a browser's cookie and a log-in link, so a request needs no look-up to be sent on. What names
 * none is for the database without a name.
 */
import { z } from 'zod';
import { toBase64Url } from './bytes.ts';

/** As it is in a key: short, and nothing that ends it. */
const shardFormat = /^[a-z][a-z0-9]{0,15}$/;
const shardOfKey = /^lp_([a-z][a-z0-9]{0,15})_[0-9a-f]{32}_/;
const shardOfToken = /^([a-z][a-z0-9]{0,15})\./;
/** A form with a key in it is shorter: a longer one is not read here. */
const formBytesMax = 4_096;

/** What a shard is called in keys and settings. */
export const ShardName = z
  .string()
  .regex(shardFormat, { error: 'must be 1 to 16 lower-case letters and digits, and begin with a letter' });

/** Connection strings by the shard's name, as JSON. */
export const ShardsText = z
  .string()
  .transform((text, context) => {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue('must be JSON: {"NAME": "postgres://…"}');
      return z.NEVER;
    }
  })
  .pipe(
    z.record(ShardName, z.string().regex(/^postgres(ql)?:\/\/./), {
      error: 'must be {"NAME": "postgres://…"}, each NAME 1 to 16 lower-case letters and digits',
    }),
  );

/** A key: a prefix that scanners of leaked secrets can look for, its shard if it has one, its id, and 256 random bits. */
export function newKey(id: string, shard: string | undefined): string {
  const secret = toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
  return ['lp', ...(shard === undefined ? [] : [shard]), id.replaceAll('-', ''), secret].join('_');
}

/** A token of a browser's, with its shard. */
export function shardToken(shard: string | undefined, token: string): string {
  return shard === undefined ? token : `${shard}.${token}`;
}

/** What answers for one database. */
export interface Shard {
  /** Undefined: what names no shard is for this one. */
  name: string | undefined;
  fetch(request: Request): Response | Promise<Response>;
}

/** Answers each request from the shard that it names; the first of them has no name. */
export function sharded([unnamed, ...named]: [Shard, ...Shard[]]): Shard['fetch'] {
  if (named.length === 0) return unnamed.fetch;
  return async (request) => {
    if (new URL(request.url).pathname === '/ready') return readyOf([unnamed, ...named], request);
    const name = await shardOf(request);
    return (named.find((shard) => shard.name === name) ?? unnamed).fetch(request);
  };
}

/** Ready is who can serve every key: the answer of the first shard that is not, which it names, or of the first of all. */
async function readyOf(shards: Shard[], request: Request): Promise<Response> {
  const answers = await Promise.all(shards.map((shard) => shard.fetch(request.clone() as Request)));
  const at = answers.findIndex(({ ok }) => !ok);
  const answer = answers[Math.max(at, 0)] as Response;
  const name = shards[at]?.name;
  if (name === undefined) return answer;
  const headers = new Headers(answer.headers);
  headers.set('Limpet-Shard', name);
  return new Response(answer.body, { status: answer.status, headers });
}

/** The same order in which auth.ts looks for a credential. */
async function shardOf(request: Request): Promise<string | undefined> {
  const { pathname } = new URL(request.url);
  const key = request.headers.get('authorization')?.replace(/^Bearer +/i, '') ?? request.headers.get('x-shell-key');
  if (key !== null) return shardOfKey.exec(key)?.[1];
  if (pathname.startsWith('/login/')) return shardOfToken.exec(pathname.slice('/login/'.length))?.[1];
  if (pathname === '/login' && request.method === 'POST') return shardOfKey.exec(await keyOfForm(request))?.[1];
  const cookie = /(?:^|;\s*)(?:__Host-)?limpet=([^;]*)/.exec(request.headers.get('cookie') ?? '')?.[1] ?? '';
  return shardOfToken.exec(cookie)?.[1];
}

async function keyOfForm(request: Request): Promise<string> {
  const length = Number(request.headers.get('content-length') ?? Number.POSITIVE_INFINITY);
  if (!(length <= formBytesMax)) return '';
  return new URLSearchParams(await request.clone().text()).get('key')?.trim() ?? '';
}

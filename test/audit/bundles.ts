/** Bundles of a record made in memory. */
import type { Event } from '../../audit/event.ts';
import { type Head, leafHash } from '../../audit/merkle.ts';
import { type Chain, type Record, treePath } from './record.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** The lines of the whole log's bundle, as objects. */
export function logBundle(record: Record): object[] {
  return bundle(record, null, [
    ...record.snapshots.map(checkpointLine),
    ...record.chains.flatMap((chain) => chainLines(chain, headsOf(record, chain))),
  ]);
}

/** The lines of one session's bundle: a proof for each checkpoint that moved its head, for the newest, and for `seen`. */
export function sessionBundle(record: Record, chain: Chain, seen?: number): object[] {
  const moved = new Set([...headsOf(record, chain).map(({ number }) => number), record.snapshots.at(-1)?.number, seen]);
  const first = Math.min(...[...moved].filter((number) => number !== undefined));
  const checkpoints = record.snapshots
    .filter(({ number }) => number >= first)
    .flatMap((snapshot) => {
      const shown = moved.has(snapshot.number)
        ? proofLine(snapshot.number, snapshot.heads, chain.sessionId)
        : undefined;
      return [checkpointLine(snapshot), ...(shown ? [shown] : [])];
    });
  return bundle(record, chain.sessionId, [...checkpoints, ...chainLines(chain, [])]);
}

function bundle(record: Record, sessionId: string | null, lines: object[]): object[] {
  const scope = sessionId ? 'session' : 'log';
  const checkpoint = record.snapshots.at(-1)?.number ?? null;
  const header = {
    type: 'bundle',
    version: 'limpet/bundle/v1',
    log: record.log,
    scope,
    session_id: sessionId,
    checkpoint,
  };
  return [{ ...header, exported_at_us: 1 }, ...lines, { type: 'end', lines: lines.length + 1 }];
}

function checkpointLine({ number, note }: { number: number; note: string }): object {
  return { type: 'checkpoint', number, note };
}

function proofLine(number: number, heads: Head[], sessionId: string): object {
  const leaf = (index: number) => {
    const head = heads[index];
    if (!head) return null;
    const path = treePath(index, heads.map(leafHash)).map(hex);
    return { session_id: head.sessionId, seq: head.seq, hash: hex(head.hash), index, path };
  };
  const index = heads.findIndex((head) => head.sessionId === sessionId);
  if (index >= 0) return { type: 'proof', number, ...leaf(index) };
  const next = heads.filter((head) => head.sessionId < sessionId).length;
  return { type: 'absence', number, session_id: sessionId, before: leaf(next - 1), after: leaf(next) };
}

/** The checkpoints at which the head of a session had moved, with that head. */
function headsOf(record: Record, { sessionId }: Chain): (Head & { number: number })[] {
  let last = 0;
  return record.snapshots.flatMap(({ number, heads }) => {
    const head = heads.find((other) => other.sessionId === sessionId);
    if (!head || head.seq === last) return [];
    last = head.seq;
    return [{ ...head, number }];
  });
}

function chainLines(chain: Chain, heads: (Head & { number: number })[]): object[] {
  const { sessionId: session_id, createdAtUs: created_at_us, parent } = chain;
  const from = parent && { session_id: parent.sessionId, seq: parent.seq, hash: hex(parent.hash) };
  const lines: object[] = [{ type: 'session', session_id, created_at_us, parent: from }];
  const waiting = [...heads];
  const tell = (seq: number) => {
    for (let [head] = waiting; head && head.seq <= seq; [head] = waiting) {
      lines.push({ type: 'head', session_id, seq: head.seq, hash: hex(head.hash), number: head.number });
      waiting.shift();
    }
  };
  for (const event of chain.events) {
    tell(event.seq - 1);
    lines.push(eventLine(event));
    tell(event.seq);
  }
  tell(Number.POSITIVE_INFINITY);
  return lines;
}

function eventLine({ sessionId, seq, atUs, kind, actor, salt, payload, ...hashes }: Event): object {
  const { payloadHash, prev, hash } = hashes;
  return {
    type: 'event',
    v: 1,
    session_id: sessionId,
    seq,
    at_us: atUs,
    kind,
    actor,
    salt: salt && hex(salt),
    payload,
    payload_hash: hex(payloadHash),
    prev: hex(prev),
    hash: hex(hash),
  };
}

/** A record made in memory, with checkpoints and bundles as a database and a host would make them: the verifier's other half. */
import { randomBytes } from 'node:crypto';
import { checkpointText, noPrevious, textHash } from '../../audit/checkpoint.ts';
import { type Event, eventHash, genesisHash, payloadHash } from '../../audit/event.ts';
import { generateSigner, type Signer } from '../../audit/keys.ts';
import { type Head, leafHash, nodeHash } from '../../audit/merkle.ts';
import { signNote, textOfNote } from '../../audit/note.ts';

export interface Chain {
  sessionId: string;
  createdAtUs: number;
  parent: Head | null;
  events: Event[];
}

interface Snapshot {
  number: number;
  note: string;
  heads: Head[];
}

/** A session's id that sorts as its number does. */
export const idOf = (number: number) => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** All of RFC 6962's tree, computed from its definition. */
export function treeRoot(leaves: Uint8Array[]): Uint8Array {
  if (leaves.length === 1) return leaves[0] as Uint8Array;
  const split = splitOf(leaves.length);
  return nodeHash(treeRoot(leaves.slice(0, split)), treeRoot(leaves.slice(split)));
}

/** The audit path of RFC 6962, computed from its definition. */
export function treePath(index: number, leaves: Uint8Array[]): Uint8Array[] {
  if (leaves.length === 1) return [];
  const split = splitOf(leaves.length);
  if (index < split) return [...treePath(index, leaves.slice(0, split)), treeRoot(leaves.slice(split))];
  return [...treePath(index - split, leaves.slice(split)), treeRoot(leaves.slice(0, split))];
}

function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/** A log with its key. Everything is public, so that a test may tamper as whoever can write the tables. */
export class Record {
  readonly log = '00000000-0000-4000-8000-0000000000aa';
  readonly signer: Signer = generateSigner('limpet.test/host');
  readonly chains: Chain[] = [];
  readonly snapshots: Snapshot[] = [];
  #us = 1_700_000_000_000_000;

  open(number: number, parent: Head | null = null): Chain {
    const chain: Chain = { sessionId: idOf(number), createdAtUs: this.#now(), parent, events: [] };
    this.chains.push(chain);
    this.chains.sort((left, right) => (left.sessionId < right.sessionId ? -1 : 1));
    this.append(chain, 'session.opened', {});
    return chain;
  }

  append(chain: Chain, kind: string, payload: object): void {
    const salt = randomBytes(16);
    const text = JSON.stringify(payload);
    chain.events.push({
      sessionId: chain.sessionId,
      seq: (chain.events.at(-1)?.seq ?? 0) + 1,
      atUs: this.#now(),
      kind,
      actor: 'key:1',
      salt,
      payload: text,
      payloadHash: payloadHash(salt, text),
      prev: new Uint8Array(),
      hash: new Uint8Array(),
    });
    this.rehash(chain, chain.events.length - 1);
  }

  /** Makes the chain follow again, from an event on: what whoever can write the table can do. */
  rehash(chain: Chain, from = 0): void {
    for (let at = from; at < chain.events.length; at += 1) {
      const event = chain.events[at] as Event;
      event.prev = chain.events[at - 1]?.hash ?? genesisHash(chain);
      if (event.payload !== null && event.salt) event.payloadHash = payloadHash(event.salt, event.payload);
      event.hash = eventHash(event);
    }
  }

  checkpoint(signer = this.signer): void {
    const heads = this.chains.map(headOf).filter((head) => head.seq > 0);
    const before = this.snapshots.at(-1);
    const text = checkpointText({
      log: this.log,
      number: (before?.number ?? 0) + 1,
      timeUs: this.#now(),
      heads: heads.length,
      events: heads.reduce((sum, { seq }) => sum + seq, 0),
      root: treeRoot(heads.map(leafHash)),
      previous: before ? textHash(textOfNote(before.note)) : noPrevious,
    });
    this.snapshots.push({ number: (before?.number ?? 0) + 1, note: signNote(text, signer), heads });
  }

  #now(): number {
    this.#us += 1_000;
    return this.#us;
  }
}

export function headOf({ sessionId, events }: Chain): Head {
  const last = events.at(-1);
  return { sessionId, seq: last?.seq ?? 0, hash: last?.hash ?? new Uint8Array() };
}

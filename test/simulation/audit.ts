/** Checks the record's hash chains by their definition, apart from the code that appends to them. */
import { createHash } from 'node:crypto';
import type { Query } from '../../sql/contract.ts';

interface EventRow {
  session: string;
  seq: number;
  at_us: string;
  kind: string;
  actor: string;
  salt: string;
  payload: string;
  payload_hash: string;
  prev: string;
  hash: string;
}
interface Head {
  seq: number;
  hash: string;
}

export class AuditWalk {
  readonly #heads = new Map<string, Head>();

  /** Walks what was appended since the last walk. Returns what does not hold. */
  async walk(query: Query): Promise<string[]> {
    const seen = Object.fromEntries([...this.#heads].map(([session, { seq }]) => [session, seq]));
    // One statement, one snapshot: heads and events belong together.
    const [row] = await query(snapshot, [JSON.stringify(seen)]);
    const { heads, events } = row as { heads: Record<string, Head>; events: EventRow[] | null };
    const broken = (events ?? []).flatMap((event) => this.#take(event));
    for (const [session, head] of Object.entries(heads)) {
      const mine = this.#heads.get(session);
      if (head.seq > 0 && (mine?.seq !== head.seq || mine.hash !== head.hash)) broken.push(`head of ${session}`);
    }
    return broken;
  }

  #take(event: EventRow): string[] {
    const before = this.#heads.get(event.session);
    this.#heads.set(event.session, { seq: event.seq, hash: event.hash });
    const place = `event ${event.seq} of ${event.session}`;
    const broken = [];
    if (event.seq !== (before?.seq ?? 0) + 1) broken.push(`${place} follows ${before?.seq ?? 0}`);
    if (before && event.prev !== before.hash) broken.push(`${place} does not name the one before`);
    if (payloadHashOf(event) !== event.payload_hash) broken.push(`${place} has another payload`);
    if (hashOf(event) !== event.hash) broken.push(`${place} has another hash`);
    return broken;
  }
}

function payloadHashOf({ salt, payload }: EventRow): string {
  return sha256(Buffer.concat([Buffer.from(salt, 'hex'), Buffer.from(payload)]));
}

function hashOf(event: EventRow): string {
  const fields = [
    Buffer.from(event.session.replaceAll('-', ''), 'hex'),
    int8(BigInt(event.seq)),
    int8(BigInt(event.at_us)),
    Buffer.from(event.kind),
    Buffer.from(event.actor),
    Buffer.from(event.payload_hash, 'hex'),
    Buffer.from(event.prev, 'hex'),
  ];
  return sha256(
    Buffer.concat([Buffer.from('limpet/event/v1\0'), ...fields.flatMap((field) => [length(field), field])]),
  );
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function int8(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}

function length(field: Buffer): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(field.length);
  return bytes;
}

const snapshot = `
  select
    (select jsonb_object_agg(h.session, jsonb_build_object('seq', h.seq, 'hash', encode(h.hash, 'hex'))) from (
       select id as session, audit_seq as seq, audit_hash as hash from limpet.sessions
       union all select '00000000-0000-0000-0000-000000000000', audit_seq, audit_hash from limpet.audit_system) h) as heads,
    (select jsonb_agg(jsonb_build_object('session', e.session_id, 'seq', e.seq, 'at_us', e.at_us::text, 'kind', e.kind,
       'actor', e.actor, 'salt', encode(e.salt, 'hex'), 'payload', e.payload, 'payload_hash', encode(e.payload_hash, 'hex'),
       'prev', encode(e.prev, 'hex'), 'hash', encode(e.hash, 'hex')) order by e.session_id, e.seq)
     from limpet.events e left join jsonb_each_text($1::jsonb) seen on seen.key = e.session_id::text
     where e.seq > coalesce(seen.value::bigint, 0)) as events`;

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCheckpoint } from '../../audit/checkpoint.ts';
import { type Head, leafHash } from '../../audit/merkle.ts';
import { textOfNote } from '../../audit/note.ts';
import { treePath, treeRoot } from '../audit/record.ts';
import { type SqlFixture, sqlFixture } from './fixture.ts';
import { checkpoint } from './recording.ts';

let fixture: SqlFixture;
beforeAll(async () => {
  fixture = await sqlFixture();
});
afterAll(() => fixture.drop());

describe('the tree in SQL is the one of RFC 6962', () => {
  test.for([1, 2, 3, 5, 8, 13])('over %i leaves, for each of them', async (size) => {
    const heads = Array.from({ length: size }, (_, at) => ({
      sessionId: randomUUID(),
      seq: at,
      hash: Buffer.alloc(32, at),
    }));
    const leaves = heads.map(leafHash);
    for (const [index, { sessionId, seq, hash }] of heads.entries()) {
      const values = [
        `\\x${Buffer.concat(leaves).toString('hex')}`,
        index,
        sessionId,
        seq,
        `\\x${hash.toString('hex')}`,
      ];
      const [row] = await fixture.query(
        'select limpet.merkle_path($1, $2) as path, limpet.leaf_hash($3, $4, $5) as leaf',
        values,
      );
      expect(row).toEqual({ path: Buffer.concat(treePath(index, leaves)), leaf: leaves[index] });
    }
  });

  test('over several tiles, at any checkpoint, present or absent', async () => {
    await checkpoint(fixture);
    // Of sessions whose events are no matter here, heads alone.
    await fixture.query(
      `insert into limpet.heads (session_id, seq, hash, number)
       select gen_random_uuid(), 1, sha256(i::text::bytea), 1 from generate_series(1, 2100) i`,
      [],
    );
    await fixture.query(
      `insert into limpet.checkpoint_heads (session_id, number, seq, hash)
       select session_id, 1, seq, hash from limpet.heads on conflict do nothing`,
      [],
    );
    await fixture.query(
      'update limpet.checkpoints set heads = (select count(*) from limpet.heads) where number = (select max(number) from limpet.checkpoints)',
      [],
    );
    await fixture.adopted(await fixture.register());
    const { number, note } = await checkpoint(fixture);
    const late = await fixture.adopted(await fixture.register());
    await checkpoint(fixture);
    const { root, heads: count } = parseCheckpoint(textOfNote(note));
    const then = (await fixture.query(
      `select h.session_id as "sessionId", x.seq::integer, x.hash from limpet.heads h cross join lateral (select * from limpet.checkpoint_heads c
       where c.session_id = h.session_id and c.number <= $1 order by c.number desc limit 1) x order by 1`,
      [number],
    )) as unknown as Head[];
    expect(then).toHaveLength(count);
    expect(treeRoot(then.map(leafHash))).toEqual(root);
    for (const index of [0, 1, 1023, 1024, 2047, 2048, count - 1]) {
      const [row] = await fixture.query(
        'select limpet.proof_line(c, $2, true)::jsonb as proof from limpet.checkpoints c where number = $1',
        [number, then[index]?.sessionId],
      );
      const path = treePath(index, then.map(leafHash)).map((hash) => Buffer.from(hash).toString('hex'));
      expect(row?.proof).toMatchObject({ type: 'proof', index, path });
    }
    const [absent] = await fixture.query(
      'select limpet.proof_line(c, $2, true)::jsonb as proof from limpet.checkpoints c where number = $1',
      [number, late.session],
    );
    expect(absent?.proof).toMatchObject({ type: 'absence', number, session_id: late.session });
  });
});

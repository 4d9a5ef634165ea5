import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sha256, utf8 } from '../../audit/bytes.ts';
import { checkpointText, parseCheckpoint, UnknownVersionError } from '../../audit/checkpoint.ts';
import { generateSigner, parseSigner, parseVerifier } from '../../audit/keys.ts';
import { leafHash, MerkleRoot, rootFromPath } from '../../audit/merkle.ts';
import { BadNoteError, openNote, signNote } from '../../audit/note.ts';
import { parseTombstone, tombstoneText } from '../../audit/tombstone.ts';
import { idOf, treePath, treeRoot } from './record.ts';

const leavesOf = (size: number) => Array.from({ length: size }, (_, at) => sha256(utf8(String(at))));

describe('the tree', () => {
  test.for([1, 2, 3, 4, 5, 7, 8, 9, 31, 33])('over %i leaves has the root that RFC 6962 defines', (size) => {
    const tree = new MerkleRoot();
    for (const leaf of leavesOf(size)) tree.add(leaf);
    expect(tree.root()).toEqual(treeRoot(leavesOf(size)));
  });

  test('over no leaves has the hash of nothing', () => {
    expect(new MerkleRoot().root()).toEqual(sha256(new Uint8Array()));
  });

  test('is reached from each leaf by its path, and by nothing else', () => {
    const size = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(size, fc.nat(), fc.nat(), (count, one, other) => {
        const leaves = leavesOf(count);
        const [index, wrong] = [one % count, other % count];
        const path = treePath(index, leaves);
        const root = treeRoot(leaves);
        expect(rootFromPath(leaves[index] as Buffer, index, count, path)).toEqual(root);
        if (wrong !== index) expect(rootFromPath(leaves[index] as Buffer, wrong, count, path)).not.toEqual(root);
        expect(rootFromPath(leaves[index] as Buffer, index, count, [...path, root])).toBeUndefined();
        if (path.length > 0)
          expect(rootFromPath(leaves[index] as Buffer, index, count, path.slice(1))).not.toEqual(root);
        expect(rootFromPath(leaves[index] as Buffer, count, count, path)).toBeUndefined();
      }),
    );
  });

  test('has another leaf for each session, seq and hash', () => {
    const head = { sessionId: idOf(1), seq: 1, hash: sha256(utf8('x')) };
    const others = [
      { ...head, sessionId: idOf(2) },
      { ...head, seq: 2 },
      { ...head, hash: sha256(utf8('y')) },
    ];
    expect(new Set([head, ...others].map((each) => leafHash(each).toString('hex'))).size).toBe(4);
  });
});

describe('signed notes', () => {
  // The example that the documentation of Go's golang.org/x/mod/sumdb/note gives.
  const known = {
    signer: 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz',
    verifier: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
    signature:
      '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
  };

  test('are those that others write', () => {
    expect(signNote(known.text, parseSigner(known.signer))).toBe(`${known.text}\n${known.signature}`);
    expect(parseSigner(known.signer).verifier.text).toBe(known.verifier);
    const opened = openNote(`${known.text}\n${known.signature}`, [parseVerifier(known.verifier)]);
    expect(opened).toMatchObject({ text: known.text, unknown: [] });
    expect(opened.signedBy.map(({ text }) => text)).toEqual([known.verifier]);
  });

  test('of a key that was not given are signed by nobody known', () => {
    const other = generateSigner('other');
    expect(openNote(signNote(known.text, other), [parseVerifier(known.verifier)])).toMatchObject({
      signedBy: [],
      unknown: [{ name: 'other', id: other.verifier.id }],
    });
  });

  test('may have several signatures', () => {
    const [one, two] = [generateSigner('one'), generateSigner('two')];
    const both = signNote(known.text, one) + signNote(known.text, two).split('\n\n')[1];
    expect(openNote(both, [one.verifier, two.verifier]).signedBy).toHaveLength(2);
  });

  test('with a byte changed anywhere are refused, or signed by nobody known', () => {
    const signer = generateSigner('a');
    const note = Buffer.from(signNote('some text\nof two lines\n', signer));
    for (let at = 0; at < note.length; at += 1) {
      const changed = Buffer.from(note);
      changed[at] = (changed[at] ?? 0) ^ 1;
      let signedBy: unknown[] = [];
      try {
        ({ signedBy } = openNote(changed.toString('utf8'), [signer.verifier]));
      } catch (error) {
        expect(error).toBeInstanceOf(BadNoteError);
      }
      expect(signedBy, `byte ${at}`).toEqual([]);
    }
  });

  test.for(['no newline', 'a\tb\n', ''])('are not made of %j', (text) => {
    expect(() => signNote(text, generateSigner('a'))).toThrow(BadNoteError);
  });

  test('are not made by a name with a space or a plus', () => {
    for (const name of ['a b', 'a+b', '', 'a\u2003b']) expect(() => generateSigner(name)).toThrow();
  });
});

describe('keys', () => {
  test('are read as they were written', () => {
    const signer = generateSigner('limpet.example/host');
    expect(parseSigner(`${signer.text}\n`).verifier.text).toBe(signer.verifier.text);
    expect(parseVerifier(signer.verifier.text).id).toBe(signer.verifier.id);
  });

  test('are refused where they are not whole, and no secret is told', () => {
    const { text } = generateSigner('a');
    for (const bad of [text.slice(0, -4), text.replace('+a+', '+b+'), 'x', '']) {
      expect(() => parseSigner(bad)).toThrow(/key/);
      expect(() => parseSigner(bad)).not.toThrow(text.slice(-20));
    }
  });
});

describe('statements', () => {
  const checkpoint = {
    log: idOf(1),
    number: 7,
    timeUs: 1_700_000_000_000_000,
    heads: 2,
    events: 9,
    root: sha256(utf8('root')),
    previous: sha256(utf8('previous')),
  };

  test('are read as they were written', () => {
    expect(parseCheckpoint(checkpointText(checkpoint))).toEqual(checkpoint);
    const tombstone = { log: idOf(1), sessionId: idOf(2), seq: 4, hash: sha256(utf8('x')), checkpoint: 3, timeUs: 5 };
    expect(parseTombstone(tombstoneText(tombstone))).toEqual(tombstone);
  });

  test.for([
    ['a field more', (text: string) => `${text}more 1\n`],
    ['a field less', (text: string) => text.replace(/^heads.*\n/m, '')],
    ['fields in another order', (text: string) => text.replace(/(heads.*\n)(events.*\n)/, '$2$1')],
    ['a leading zero', (text: string) => text.replace('number 7', 'number 07')],
    ['a sign', (text: string) => text.replace('number 7', 'number -7')],
    ['a short root', (text: string) => text.replace(/^root .*/m, 'root AAAA')],
  ] as const)('with %s are refused', ([, change]) => {
    expect(() => parseCheckpoint(change(checkpointText(checkpoint)))).toThrow();
  });

  test('of another version are told apart from those that are wrong', () => {
    expect(() => parseCheckpoint(checkpointText(checkpoint).replace('/v1', '/v2'))).toThrow(UnknownVersionError);
  });
});

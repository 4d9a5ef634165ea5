/** Takes a checkpoint when one is due, computes its tree, signs it and stores the note. Several hosts may try: one succeeds. */
import { checkpointText, noPrevious, textHash } from '../../audit/checkpoint.ts';
import type { Signer } from '../../audit/keys.ts';
import { MerkleRoot } from '../../audit/merkle.ts';
import { signNote, textOfNote } from '../../audit/note.ts';
import type { HostCalls, TakenCheckpoint } from '../../sql/host.ts';

const hashBytes = 32;

/** When a checkpoint is due. */
interface Due {
  checkpointEvents: number;
  checkpointMs: number;
}

/** A signed checkpoint. */
export interface Signed {
  number: number;
  note: string;
}

/** Signs the next checkpoint; undefined where none is due, or another host signs it. */
export async function signNext(
  calls: HostCalls,
  incarnation: string,
  signer: Signer,
  { checkpointEvents, checkpointMs }: Due,
): Promise<Signed | undefined> {
  const taken = await calls.beginCheckpoint(incarnation, checkpointEvents, checkpointMs);
  if (!taken) return undefined;
  const { root, firsts, tiles } = await readTree(calls, taken);
  const note = signNote(textOf(taken, root), signer);
  const signature = { root, tile_firsts: firsts, tiles, note, signed_by: signer.verifier.name };
  const isStored = await calls.signCheckpoint(incarnation, taken.number, signature);
  return isStored ? { number: taken.number, note } : undefined;
}

function textOf({ log, number, taken_at_us, heads, events, previous }: TakenCheckpoint, root: Uint8Array): string {
  const before = previous === null ? noPrevious : textHash(textOfNote(previous));
  return checkpointText({ log, number, timeUs: taken_at_us, heads, events, root, previous: before });
}

/** Reads the leaves tile by tile, so that neither side holds all of them. */
async function readTree(calls: HostCalls, { number, heads }: TakenCheckpoint) {
  const [tree, firsts, tiles]: [MerkleRoot, string[], Uint8Array[]] = [new MerkleRoot(), [], []];
  let [after, leaves]: [string | null, number] = [null, 0];
  for (;;) {
    const tile = await calls.readCheckpointTile(number, after);
    if (!tile) break;
    const { root, size } = tileOf(Buffer.from(tile.leaves, 'base64'));
    // A tile is a whole subtree, or the last one: its root stands for it.
    tree.add(root);
    firsts.push(tile.first);
    tiles.push(root);
    leaves += size;
    after = tile.last;
  }
  if (leaves !== heads) throw new Error(`Checkpoint ${number} has ${heads} heads, and ${leaves} were read.`);
  return { root: tree.root(), firsts, tiles: Buffer.concat(tiles) };
}

function tileOf(leaves: Buffer): { root: Uint8Array; size: number } {
  const tile = new MerkleRoot();
  for (let at = 0; at < leaves.length; at += hashBytes) tile.add(leaves.subarray(at, at + hashBytes));
  return { root: tile.root(), size: tile.size };
}

/** The host's key on its disk. It is neither in Postgres nor at the edge. */
import { readFile, stat } from 'node:fs/promises';
import { parseSigner, type Signer } from '../../audit/keys.ts';

/** Anybody but the owner. */
const othersMask = 0o077;

/** Reads the key. Throws a sentence where there is none, it is not one, or others may read it. */
export async function readSigner(file: string): Promise<Signer> {
  const { mode } = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      `The key of the record, ${file}, cannot be read (${error.code}). Make one with: limpet audit keygen ${file}`,
    );
  });
  if ((mode & othersMask) !== 0) {
    throw new Error(
      `Others may read the key of the record, ${file}: it may be known to them. Make a new one, or chmod 600 it.`,
    );
  }
  return parseSigner(await readFile(file, 'utf8'));
}

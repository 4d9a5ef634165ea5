/** A key for signing checkpoints, made on the machine of the host that signs. */
import { chmod, mkdir, open, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { generateSigner } from '../../audit/keys.ts';

/**
 * Makes a key and writes it for this user only; its public key goes beside it, as FILE.pub. Returns the public key.
 * Throws a sentence when the file exists: a key that signed once is worth keeping.
 */
export async function makeKeyFile(file: string, name = defaultName()): Promise<string> {
  const signer = generateSigner(name);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST')
      throw new Error(`${file} exists; its public key is in ${file}.pub. Nothing was changed.`);
    throw error;
  });
  try {
    await handle.writeFile(`${signer.text}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await writeFile(`${file}.pub`, `${signer.verifier.text}\n`);
  await chmod(`${file}.pub`, 0o644);
  return signer.verifier.text;
}

/** The key of the host of `limpet up`, made at the first start. Returns the file. */
export async function ensureKeyFile(dataDir: string): Promise<string> {
  const file = path.join(dataDir, 'audit', 'key');
  await makeKeyFile(file).catch((error: Error) => {
    if (!error.message.includes('exists')) throw error;
  });
  return file;
}

/** A key is told apart by its name: the machine's, without what a name of a key cannot have. */
function defaultName(): string {
  return `limpet/${hostname().replaceAll(/[\s+]/g, '-') || 'host'}`;
}

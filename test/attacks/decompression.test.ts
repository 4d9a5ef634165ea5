/** A small body that becomes a great one: none is ever unpacked, and none is packed where its length would tell a secret. */
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { expectProblem } from '../functions/api/client.ts';
import { useWorld } from './world.ts';

const world = useWorld();
const MiB = 1024 * 1024;
const bomb = Buffer.alloc(16 * MiB, 32);

test.for([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
] as [string, (bytes: Buffer) => Buffer][])('a body in %s is refused unopened', async ([encoding, pack]) => {
  const { api } = world();
  const packed = new Uint8Array(pack(bomb));
  expect(packed.length).toBeLessThan(MiB);
  for (const path of ['/v1/exec', '/v1/sessions']) {
    for (const named of [encoding, encoding.toUpperCase(), `identity, ${encoding}`]) {
      const headers = { 'X-Shell-Key': api.key, 'Content-Encoding': named, 'Content-Type': 'application/json' };
      const answer = await fetch(api.url + path, { method: 'POST', headers, body: packed });
      const body = await answer.json();
      expectProblem(
        { status: answer.status, headers: answer.headers, body, bytes: packed } as never,
        415,
        'unsupported_media_type',
      );
    }
  }
});

test('packed bytes as the input of a command, or without a word about it, are bytes', async () => {
  const { api } = world();
  const packed = new Uint8Array(gzipSync(bomb));
  const headers = { 'X-Shell-Key': api.key, 'Content-Type': 'text/plain', Prefer: 'wait=0' };
  const answer = await fetch(`${api.url}/v1/exec`, { method: 'POST', headers, body: packed });
  // They are not UTF-8.
  expect(answer.status).toBe(400);
});

test('no answer is packed, whatever is asked for', async () => {
  const { api } = world();
  for (const path of ['/', '/v1/sessions', '/docs', '/openapi.json']) {
    const headers = { 'X-Shell-Key': api.key, 'Accept-Encoding': 'gzip, br, zstd, deflate' };
    const answer = await fetch(api.url + path, { headers });
    await answer.body?.cancel();
    expect(answer.headers.get('content-encoding')).toBeNull();
  }
});

import { expect, test } from 'vitest';
import { outputStream } from '../../functions/outputStream.ts';

const MiB = 1024 * 1024;
const chunk = 65536;

/** A store of `total` bytes in chunks, which counts how far it was read. */
function store(total: number, missing?: number) {
  const asked: number[] = [];
  return {
    asked,
    async read(offset: number, limit: number) {
      asked.push(offset);
      const pieces = [];
      for (let at = offset; at < Math.min(total, offset + limit); at += chunk) {
        const length = Math.min(chunk, total - at, offset + limit - at);
        if (at !== missing) pieces.push({ start_offset: at, data: new Uint8Array(length).fill(at / chunk) });
      }
      return pieces;
    },
  };
}

test('all bytes come in order, page by page', async () => {
  const total = 3 * MiB + 5;
  const { read, asked } = store(total);
  const bytes = new Uint8Array(await new Response(await outputStream(read, 0, total)).arrayBuffer());
  expect(bytes.length).toBe(total);
  expect(bytes.every((byte, at) => byte === Math.floor(at / chunk) % 256)).toBe(true);
  expect(asked).toEqual([0, MiB, 2 * MiB, 3 * MiB]);
});

test('nothing asks the store for nothing', async () => {
  const { read, asked } = store(0);
  expect((await new Response(await outputStream(read, 5, 5)).arrayBuffer()).byteLength).toBe(0);
  expect(asked).toEqual([]);
});

test('a reader that stops reading stops the store: at most one page is read ahead', async () => {
  const { read, asked } = store(100 * MiB);
  const reader = (await outputStream(read, 0, 100 * MiB)).getReader();
  await reader.read();
  await new Promise((resolve) => setImmediate(resolve));
  expect(asked.length).toBeLessThanOrEqual(2);
  await reader.cancel();
});

test('a missing byte in the first page refuses the answer; a later one breaks it off', async () => {
  await expect(outputStream(store(MiB, chunk).read, 0, MiB)).rejects.toThrow('65536');
  const stream = await outputStream(store(2 * MiB, MiB).read, 0, 2 * MiB);
  await expect(new Response(stream).arrayBuffer()).rejects.toThrow('missing');
});

test('a store that ends early is not passed over', async () => {
  await expect(outputStream(store(10).read, 0, 20)).rejects.toThrow('10 bytes behind it are missing');
});

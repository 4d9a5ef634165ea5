import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { expect } from 'vitest';
import type { Attack } from '../attack.ts';

export const loopback: Attack = {
  threat: 'connects to the database, the API or another listener of this machine',
  refused: ['bubblewrap', 'user'],
  run: async ({ attacker, databaseUrl, edgeUrl }) => {
    const listener = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await once(listener, 'listening');
    const { port } = listener.address() as AddressInfo;
    const ports = [new URL(databaseUrl).port, new URL(edgeUrl).port, port];
    const tries = ports.map((one) => `(: <>/dev/tcp/127.0.0.1/${one}) && echo ${one}`);
    const { stdout, stderr } = await attacker.run(tries.join('; '));
    listener.close();
    expect(stdout).toBe('');
    expect(stderr).toContain('refused');
  },
};

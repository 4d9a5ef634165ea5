/** A line between `limpet` and the edge that can be cut, stopped and listened to. */

import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { Socket } from 'node:net';

/** What the line does with one call, by its method and path. */
export type Fate =
  | 'pass'
  /** The edge does the work; its answer is lost. */
  | 'lose the answer'
  | { status: number; headers: Record<string, string> };

export class Wire {
  readonly url: string;
  /** Methods and paths of the calls that came, with their Idempotency-Key or Last-Event-ID. */
  readonly calls: { call: string; key: string | undefined; lastId: string | undefined }[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  static async to(edge: string, fate: (call: string, nth: number) => Fate = () => 'pass'): Promise<Wire> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    const wire = new Wire(server, `http://127.0.0.1:${port}`);
    server.on('connection', (socket) => wire.#sockets.add(socket.once('close', () => wire.#sockets.delete(socket))));
    server.on('request', (incoming, answer) => {
      const call = `${incoming.method} ${incoming.url}`;
      const header = (name: string) => incoming.headers[name] as string | undefined;
      wire.calls.push({ call, key: header('idempotency-key'), lastId: header('last-event-id') });
      const chosen = fate(call, wire.calls.filter((one) => one.call === call).length);
      if (typeof chosen === 'object') return answer.writeHead(chosen.status, chosen.headers).end();
      const { method, headers, url } = incoming;
      const onward = request(edge + url, { method, headers }, (outcome) => {
        if (chosen === 'lose the answer') return incoming.socket.destroy();
        answer.writeHead(outcome.statusCode ?? 500, outcome.headers);
        outcome.pipe(answer);
      });
      onward.on('error', () => incoming.socket.destroy());
      answer.on('close', () => onward.destroy());
      incoming.pipe(onward);
    });
    return wire;
  }

  /** Cuts every connection; new ones may come. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async close(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

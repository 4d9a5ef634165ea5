/** Bytes sent as they are, past everything that a well-meaning client would put right. */
import { once } from 'node:events';
import net from 'node:net';

/** Opens a connection to the edge at `url`. A reset is an answer, too. */
export async function connect(url: string): Promise<net.Socket> {
  const socket = net.connect(Number(new URL(url).port), '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** Sends `text` and gives all that comes back until the connection is closed by the edge. */
export async function raw(url: string, text: string | Buffer): Promise<string> {
  const socket = await connect(url);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(text);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('latin1');
}

/** The statuses of all answers in it. */
export function statusesOf(answers: string): number[] {
  return [...answers.matchAll(/(?:^|\r\n|[}\n])HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
}

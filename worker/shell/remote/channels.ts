/** The streams of one shell elsewhere: a command takes some that nobody holds. */
import { RemoteChannel } from './channel.ts';
import type { Connection } from './connection.ts';
import { bytesOf } from './frames.ts';

/** Opens them as they are needed, and passes on what comes for each. */
export class Channels {
  #connection: Connection;
  #all = new Map<string, RemoteChannel>();

  constructor(connection: Connection) {
    this.#connection = connection;
    connection.on('out', ([name = '', first = '', rest]) => {
      this.#all.get(name)?.take(Buffer.concat([Buffer.from(first, 'hex'), bytesOf(rest)]));
    });
    connection.on('eof', ([name = '']) => this.#all.get(name)?.end());
    void connection.lost.then(() => {
      for (const channel of this.#all.values()) channel.lose();
    });
  }

  /** One that nobody holds. It is the caller's from now on, until it is free by itself. */
  take(): RemoteChannel {
    const free = [...this.#all.values()].find(({ isFree }) => isFree);
    const channel = free ?? this.#create();
    channel.isFree = false;
    return channel;
  }

  #create(): RemoteChannel {
    const name = `c${this.#all.size + 1}`;
    const channel = new RemoteChannel(name, this.#connection);
    this.#all.set(name, channel);
    return channel;
  }
}

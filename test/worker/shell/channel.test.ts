import { execFileSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { Channel } from '../../../worker/shell/channel.ts';
import { temporaryDirectory } from '../../support/directory.ts';

test('of a channel that was closed nothing is read: a process may end after its shell was given up', async () => {
  const directory = await temporaryDirectory(onTestFinished);
  execFileSync('mkfifo', [`${directory}/fifo`]);
  const channel = new Channel(directory, 'fifo');
  expect(channel.drain()).toBe(false);
  channel.close();
  expect(channel.drain()).toBe(false);
  channel.close();
});

/** A host in a process of its own, so that what it holds can be measured: told its settings by its parent, ended by it. */
import { type RunningHost, startHost } from '../../worker/index.ts';

export type HostMessage = { kind: 'ready' } | { kind: 'error'; event: string; fields: Record<string, unknown> };

let host: RunningHost | undefined;
const tell = (message: HostMessage) => void (process.connected && process.send?.(message));

process.once('message', async (settings: Parameters<typeof startHost>[0]) => {
  host = await startHost(settings, (level, event, fields = {}) => {
    if (level === 'error') tell({ kind: 'error', event, fields });
  });
  tell({ kind: 'ready' });
});
process.once('disconnect', async () => {
  await host?.stop();
  process.exit(0);
});

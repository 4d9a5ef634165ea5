/** The edge in the runtime it is deployed to: workerd, started by wrangler from wrangler.toml, on loopback. */
import { fileURLToPath } from 'node:url';
import { createTestHarness } from 'wrangler';
import { startNeonProxy } from './neonProxy.ts';

const wranglerConfig = fileURLToPath(new URL('../../wrangler.toml', import.meta.url));

export type Workerd = {
  /** Without a slash at its end. */
  url: string;
  stop(): Promise<void>;
};

/** Starts functions/index.ts with a Neon proxy in front of `databaseUrl`. `configPath` names another wrangler file, `secrets` more bindings. */
export async function startWorkerd(
  databaseUrl: string,
  given: { configPath?: string; secrets?: Record<string, string> } = {},
): Promise<Workerd> {
  const neon = await startNeonProxy();
  const { configPath = wranglerConfig } = given;
  const secrets = { DATABASE_URL: databaseUrl, LIMPET_NEON_ENDPOINT: neon.endpoint, ...given.secrets };
  const harness = createTestHarness({ workers: [{ configPath, secrets }] });
  const stop = async () => {
    await harness.close();
    await neon.stop();
  };
  try {
    const { url } = await harness.listen();
    return { url: url.origin, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

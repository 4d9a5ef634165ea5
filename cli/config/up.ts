/** `limpet up` with a config file, where one is given. */
import { parseSettings } from '../env.ts';
import { type UpOptions, up } from '../up.ts';
import { readConfig, underEnvironment } from './file.ts';

/** Runs it with `file`, or the file that the environment names; the environment wins over what is in it. Throws as both do. */
export async function configuredUp(options: UpOptions, given: string | undefined): Promise<void> {
  const { environment } = options;
  const file = given || environment.LIMPET_CONFIG || environment.SHELLD_CONFIG;
  if (!file) return up(options);
  const configured = await readConfig(file);
  const both = underEnvironment(environment, configured.environment);
  await up({ ...options, settings: parseSettings(both), environment: both, surface: configured.surface });
}

/** What a session's shell tells, whenever it happens. */
import type { StreamName } from './shell/index.ts';

/** What a session's shell tells its actor. */
export interface ShellEvents {
  /** A background job wrote after its command had ended. */
  late(command: string, stream: StreamName, bytes: Uint8Array): Promise<void>;
  /** What the terminal shows could not be stored. */
  screenFailed(error: Error): void;
}

/** The profile of shells where a test is about something else: the same on every machine, whatever it could do. */
import { testEnvironment } from './env.ts';

export const usualSandbox = testEnvironment().LIMPET_TEST_SANDBOX;

const isWalled = usualSandbox === 'bubblewrap';

/** Processes of an idle shell: bash, and the two of bubblewrap that stay around it. */
export const idleProcesses = isWalled ? 3 : 1;

/** The signal that is told to have ended bash: bubblewrap passes on an exit code alone. */
export const toldSignal = (name: NodeJS.Signals): NodeJS.Signals | null => (isWalled ? null : name);

/** Whether sessions, and whoever looks from outside, have one /tmp. */
export const isTmpShared = !isWalled;

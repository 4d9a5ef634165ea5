/** The profile of shells where a test is about something else: the same on every machine, whatever it could do. */
import { testEnvironment } from './env.ts';

export const usualSandbox = testEnvironment().LIMPET_TEST_SANDBOX;

import { defineConfig } from 'vitest/config';

/** Tests talk to loopback only; one Postgres cluster serves the whole run (test/support/cluster.ts). */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/temporary.ts', 'test/support/cluster.ts', 'test/support/seed.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 3,
  },
});

import { expect, test } from 'vitest';
import { limpet } from '../support/limpet.ts';

test.for([
  [{ PORT: 'eighty' }, 'PORT must be a port'],
  [{ DATABASE_URL: 'mysql://u:p@h/d' }, 'DATABASE_URL must begin with postgres:// or postgresql://'],
] as const)('`limpet up` refuses %j with a sentence', async ([env, sentence]) => {
  const { code, stderr } = await limpet(['up'], { LIMPET_DATA_DIR: '/nonexistent/limpet', ...env });
  expect(code).toBe(1);
  expect(JSON.parse(stderr)).toMatchObject({ level: 'error', error: `limpet cannot start: ${sentence}.` });
});

test('without a database, what needs one says where it looks', async () => {
  const { code, stderr } = await limpet(['migrate'], { LIMPET_DATA_DIR: '/nonexistent/limpet' });
  expect(code).toBe(1);
  expect(JSON.parse(stderr).error).toBe(
    "Set DATABASE_URL, or LIMPET_DATA_DIR to a running limpet's: /nonexistent/limpet/database-url is not readable.",
  );
});

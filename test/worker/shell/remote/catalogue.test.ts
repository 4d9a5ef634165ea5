/** What shells are tested by when they are started here, for one that is held by a program that stands for ssh: some of it, or all. */
import { fileURLToPath } from 'node:url';
import { testEnvironment } from '../../../support/env.ts';
import { holdShells } from '../support.ts';

holdShells(['bash', fileURLToPath(new URL('likeSsh.bash', import.meta.url)), 'env', '-u', 'PAGER', 'bash']);
const isAll = testEnvironment().LIMPET_TEST_HELD === 'all';
const names = ['endings', 'signals', 'output', 'input', ...(isAll ? ['hazards', 'lifecycle', 'state', 'capture'] : [])];
for (const name of names) await import(`../${name}.test.ts`);

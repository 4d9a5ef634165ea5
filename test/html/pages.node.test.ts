import { describe } from 'vitest';
import { onNode } from '../functions/api/fixture.ts';
import { files } from './files.ts';
import { loggingIn } from './login.ts';
import { forms } from './pages.ts';
import { useSite } from './site.ts';

describe('the pages on Node with pg', () => {
  const site = useSite(onNode, false);
  loggingIn(site);
  forms(site);
  files(site);
});

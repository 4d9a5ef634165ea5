import { describe } from 'vitest';
import { inWorkerd } from '../functions/api/fixture.ts';
import { files } from './files.ts';
import { loggingIn } from './login.ts';
import { forms } from './pages.ts';
import { useSite } from './site.ts';

describe('the pages in workerd with neon', () => {
  const site = useSite(inWorkerd, false);
  loggingIn(site);
  forms(site);
  files(site);
});

import { describe } from 'vitest';
import { focusing } from './focusing.ts';
import { usePast } from './past.ts';
import { pasting, replaying, screen } from './replaying.ts';
import { useSite } from './site.ts';
import { blockTools, history } from './tools.ts';
import { useVisitor } from './visitor.ts';

describe('a session in a browser', () => {
  const site = useSite();
  const past = usePast(site);
  const visitor = useVisitor(site);
  blockTools(visitor);
  history(visitor);
  focusing(site, visitor);
  screen(past, visitor);
  pasting(site, visitor);
  replaying(past, visitor);
});

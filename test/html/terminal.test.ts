import { describe } from 'vitest';
import { entering, typing, withoutScripts } from './entering.ts';
import { hostile, running } from './running.ts';
import { useSite } from './site.ts';
import { answering, typingAhead } from './typingAhead.ts';
import { useVisitor } from './visitor.ts';
import { looking, sharing, watching } from './watching.ts';

describe('the page in a browser', () => {
  const site = useSite();
  const visitor = useVisitor(site);
  entering(site, visitor);
  running(site, visitor);
  hostile(visitor);
  typing(visitor);
  typingAhead(visitor);
  answering(visitor);
  watching(site, visitor);
  sharing(site, visitor);
  looking(site, visitor);
  withoutScripts(visitor);
});

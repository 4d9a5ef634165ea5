import { describe } from 'vitest';
import { keepingKeys } from './apiKeys.ts';
import { everyPage } from './everyPage.ts';
import { keyboard } from './keyboard.ts';
import { changing, finding, missing } from './lists.ts';
import { usePast } from './past.ts';
import { useSite } from './site.ts';
import { useVisitor } from './visitor.ts';

describe('the pages in a browser', () => {
  const site = useSite();
  const past = usePast(site);
  const visitor = useVisitor(site);
  everyPage(past, visitor);
  finding(past, visitor);
  missing(visitor);
  changing(site, visitor);
  keepingKeys(site, visitor);
  keyboard(visitor);
});

import { inWorkerd } from './fixture.ts';
import { apiSuite } from './suite.ts';

apiSuite(inWorkerd);

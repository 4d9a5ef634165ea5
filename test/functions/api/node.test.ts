import { onNode } from './fixture.ts';
import { apiSuite } from './suite.ts';

apiSuite(onNode);

import { onNode } from '../api/fixture.ts';
import { shelldSuite } from './suite.ts';

shelldSuite(onNode);

import { inWorkerd } from '../api/fixture.ts';
import { shelldSuite } from './suite.ts';

shelldSuite(inWorkerd);

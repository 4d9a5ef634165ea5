/** Failures users report most: what other shells do wrong, line by line, and what this one does instead. */
import { describe } from 'vitest';
import { ofCalls } from './failures/calls.ts';
import { ofEnds } from './failures/ends.ts';
import { ofResults } from './failures/results.ts';
import { ofShells } from './failures/shells.ts';
import { useStack } from './stack.ts';

const stack = useStack();

describe('of a shell', () => ofShells(stack));
describe('of an end', () => ofEnds(stack));
describe('of a call', () => ofCalls(stack));
describe('of a result', () => ofResults(stack));

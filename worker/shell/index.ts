/** A persistent bash over pipes; knows nothing of who asks for it. */
export { endTrees } from './ending.ts';
export { openShell } from './open.ts';
export * from './types.ts';

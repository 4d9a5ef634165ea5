/** A persistent bash, over pipes or in a terminal; knows nothing of who asks for it. */
export { endTrees } from './ending.ts';
export * from './errors.ts';
export { prepareShell } from './open.ts';
export { openShell } from './openShell.ts';
export type { PreparedShell, PrepareOptions } from './prepared.ts';
export { withoutLooks } from './screen.ts';
export * from './terminalTypes.ts';
export { findShells, type ShellMark } from './tree.ts';
export * from './types.ts';

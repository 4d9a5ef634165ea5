/**
 * The `limpet` command. What Node makes of the files (without their types, compiled) is kept beside the packages that it belongs to, so that every
 * start but the first takes half the processor time. It is as trusted as they are; where it cannot be written, nothing is kept.
 */
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/node', import.meta.url)));
await import('./main.ts');

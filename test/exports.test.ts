/** What is exported is used elsewhere, be it by a test: what only its own file knows can be changed without looking further. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const own = globSync('{audit,functions,worker,sql,html,cli}/**/*.ts');
const texts = new Map([...own, ...globSync('{test,bench}/**/*.ts')].map((file) => [file, readFileSync(file, 'utf8')]));

test('each export of a file is imported by another', () => {
  const imported = new Set([...texts].flatMap(([file, text]) => importedBy(file, text)));
  // A file that passes on all of others: what is imported from it is theirs.
  const passing = [...texts].flatMap(([file, text]) => passedOnBy(file, text));
  const isImported = (file: string, name: string) =>
    [file, ...passing.filter(({ to }) => to === file).map(({ from }) => from)].some(
      (one) => imported.has(`${one} ${name}`) || imported.has(`${one} *`),
    );
  const dead = own.flatMap((file) =>
    exportsOf(texts.get(file) ?? '')
      .filter((name) => !isImported(file, name))
      .map((name) => `${file} ${name}`),
  );
  expect(dead).toEqual([]);
});

test.for<[text: string, names: string[]]>([
  [`export const a = 1;`, ['a']],
  [`export async function a() {}\nexport class B {}`, ['a', 'B']],
  [`export default {};`, []],
  [`function a() {}\n// export const b = 1;`, []],
])('the reader of exports finds those of %j', ([text, names]) => {
  expect(exportsOf(text)).toEqual(names);
});

test.for<[text: string, names: string[]]>([
  [`import { a, type B } from './b.ts';`, ['a', 'B']],
  [`import type { a as c } from './b.ts';`, ['a']],
  [`import {\n  a,\n  c,\n} from './b.ts';`, ['a', 'c']],
  [`export { a } from './b.ts';`, ['a']],
  [`const { a } = await import('./b.ts');`, ['*']],
])('the reader of imports finds those of %j', ([text, names]) => {
  expect(importedBy('cli/x.ts', text)).toEqual(names.map((name) => `cli/b.ts ${name}`));
});

function exportsOf(text: string): string[] {
  const declaration = /^export (?:async )?(?:function|const|class|interface|type) (\w+)/gm;
  return [...text.matchAll(declaration)].map(([, name = '']) => name);
}

/** Each as `file name`; who imports while it runs is taken to use all of a file. */
function importedBy(file: string, text: string): string[] {
  const statement = /^(?:import|export) (?:type )?{([^}]*)} from '(\.[^']*)'|\bimport\('(\.[^']*)'\)/gm;
  return [...text.matchAll(statement)].flatMap(([, names = '*', from, dynamic = '']) =>
    [...names.matchAll(/(?:^|,)\s*(?:type )?(\w+|\*)/g)].map(([, name]) => `${resolve(file, from ?? dynamic)} ${name}`),
  );
}

function passedOnBy(from: string, text: string): { from: string; to: string }[] {
  return [...text.matchAll(/^export (?:type )?\* from '([^']+)'/gm)].map(([, name = '']) => ({
    from,
    to: resolve(from, name),
  }));
}

function resolve(file: string, name: string): string {
  return path.posix.join(path.posix.dirname(file), name);
}

import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { assetNames } from '../../html/page.ts';
import { ansiCss, contrast } from '../../html/palette.ts';
import { styleParts } from '../../html/styles.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFile(new URL(path, root), 'utf8');

test('htmx is the file of the pinned package', async () => {
  expect(await read('html/public/htmx-4.0.1.min.js')).toBe(await read('node_modules/htmx.org/dist/htmx.min.js'));
});

test('the style sheet of the 256 colours is what palette.ts makes', async () => {
  // To renew it: node -e "import('./html/palette.ts').then((m) => process.stdout.write(m.ansiCss()))" > html/public/ansi.css
  expect(await read('html/public/ansi.css')).toBe(ansiCss());
});

test('every file of the folder is one that a page names, or a part of the style sheet', async () => {
  const named = [...assetNames.filter((name) => name !== 'limpet.css'), ...styleParts];
  expect((await readdir(new URL('html/public/', root))).sort()).toEqual(named.sort());
});

test('no page needs eval or inline code, which the content policy forbids', async () => {
  for (const name of (await readdir(new URL('html/', root))).filter((file) => file.endsWith('.ts'))) {
    expect(await read(`html/${name}`), name).not.toMatch(
      /hx-on|js:|javascript:|style="|<style|hx-trigger="[^"]*\[|<script>/,
    );
  }
});

test('no attribute is written as a text, whose quotes would be escaped', async () => {
  for (const name of (await readdir(new URL('html/', root))).filter((file) => file.endsWith('.ts'))) {
    expect(await read(`html/${name}`), name).not.toMatch(/\? '[\w-]+="/);
  }
});

test('text can be read in both themes: contrast of 4.5 at least', async () => {
  const css = await read('html/public/base.css');
  const colours = new Map(
    [...css.matchAll(/--([\w-]+): light-dark\((#\w+), (#\w+)\)/g)].map(
      ([, name, light, dark]) => [name, [rgb(light), rgb(dark)]] as const,
    ),
  );
  const pairs = ['page', 'out', 'raised'].flatMap((back) =>
    ['text', 'soft', 'accent', 'good', 'bad', 'busy'].map((text) => [text, back] as const),
  );
  const washes = ['good', 'bad', 'busy'].map((name) => [name, `${name}-wash`] as const);
  for (const [text, back] of [...pairs, ...washes, ['on-accent', 'accent'] as const]) {
    for (const theme of [0, 1]) {
      const [a, b] = [colours.get(text)?.[theme], colours.get(back)?.[theme]];
      expect(a && b && contrast(a, b), `${text} on ${back}`).toBeGreaterThanOrEqual(4.5);
    }
  }
});

function rgb(hex = ''): [number, number, number] {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return [r, g, b];
}

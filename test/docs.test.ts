/** What the manual names is there: links, routes, SQL functions, settings, and the command line's commands and options. */
import { access, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { answers } from './functions/fakes.ts';
import { limpet } from './support/limpet.ts';

const root = new URL('../', import.meta.url);
const read = (name: string) => readFile(new URL(name, root), 'utf8');
const names = [
  'README.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  ...(await readdir(new URL('docs/', root))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`),
];
const pages = await Promise.all(names.map(async (name) => ({ name, text: await read(name) })));
const found = (text: string, pattern: RegExp) => [...new Set([...text.matchAll(pattern)].map(([, word = '']) => word))];

/** As GitHub makes them of headings. */
function anchorsOf(text: string): string[] {
  return found(text, /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe.each(pages)('$name', ({ name, text }) => {
  test('links to what is there', async () => {
    for (const link of found(text, /\]\((?!https?:)([^)]+)\)/g)) {
      const [file = '', anchor] = link.split('#');
      const to = file === '' ? name : path.join(path.dirname(name), file);
      await access(new URL(to, root));
      if (anchor !== undefined) expect(anchorsOf(await read(to)), link).toContain(anchor);
    }
  });

  test('names routes that there are', async () => {
    const response = await answers(null).app.request('/openapi.json');
    const { paths } = (await response.json()) as { paths: Record<string, object> };
    const known = Object.entries(paths).flatMap(([route, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${route}`.replaceAll(/\{\w+\}/g, '{}')),
    );
    for (const route of found(text, /`((?:GET|POST|PUT|PATCH|DELETE) \/v1\/[^`?\s]*)/g)) {
      expect(known, route).toContain(route.replaceAll(/\{\w+\}/g, '{}'));
    }
  });

  test('names settings that are read somewhere', async () => {
    const sources = await Promise.all(
      ['cli', 'worker', 'functions', 'test'].map(async (folder) =>
        (await readdir(new URL(`${folder}/`, root), { recursive: true }))
          .filter((file) => /\.(ts|bash)$/.test(file) && !file.endsWith('.test.ts'))
          .map((file) => read(`${folder}/${file}`)),
      ),
    );
    const code = (await Promise.all(sources.flat())).join('\n');
    for (const setting of found(text, /\b(LIMPET_[A-Z_]+)\b/g))
      expect(code, setting).toMatch(new RegExp(`\\b${setting}\\b`));
  });
});

describe('the command line that the manual shows', () => {
  const help = new Map<string, string>();
  const helpOf = async (...words: string[]) => {
    const name = words.join(' ');
    if (!help.has(name)) help.set(name, (await limpet([...words, '--help'], {})).stdout);
    return help.get(name) ?? '';
  };
  let commands: string[];
  beforeAll(async () => {
    commands = found(await helpOf(), /^ {2}([a-z]+) /gm);
  });

  test('has those commands, subcommands and options', async () => {
    const shown = pages
      .flatMap(({ text }) => found(text, /(limpet [a-z][^`|\n]*)/g))
      .filter((line) => isCommand(line, commands));
    expect(shown.length).toBeGreaterThan(30);
    for (const line of shown) {
      const [, name = '', next = ''] = found(line, /(?<![\w-])(\w[\w-]*)/g);
      const hasSubcommands = /^Commands:/m.test(await helpOf(name));
      const isSubcommand = hasSubcommands && new RegExp(`^ {2}${next}[ |]`, 'm').test(await helpOf(name));
      const text = await (isSubcommand ? helpOf(name, next) : helpOf(name));
      for (const option of found(line, / (--[a-z][a-z-]+)/g)) expect(text, `${option} in ${line}`).toContain(option);
    }
  }, 120_000);
});

/** "limpet" is a word of sentences, too. */
function isCommand(line: string, commands: string[]): boolean {
  return commands.includes(/^limpet ([\w-]+)/.exec(line)?.[1] ?? '');
}

test('the SQL functions of docs/postgrest.md are there, with the arguments that it tells', async () => {
  const text = await read('docs/postgrest.md');
  const schema = await read('sql/schema.txt');
  const rows = [...text.matchAll(/^\| `?\w*`? ?\| (`[^|]+`) \| ([^|]+) \|$/gm)];
  expect(rows.length).toBeGreaterThanOrEqual(5);
  for (const [, functions = '', args = ''] of rows) {
    const [first = ''] = found(functions, /`(\w+)`/g);
    const [, parameters = ''] = new RegExp(`function limpet_edge\\.${first}\\((.*)\\) returns`).exec(schema) ?? [];
    expect(parameters, first).not.toBe('');
    for (const argument of found(args, /`(p_\w+)`/g)) expect(parameters, first).toContain(argument);
  }
});

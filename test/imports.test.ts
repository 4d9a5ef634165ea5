/** Who may import whom. Reads every import of every TypeScript file. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

type Import = { from: string; to: string; typeOnly: boolean };
type Rule = {
  /** Files the rule is about. */
  files: RegExp;
  /** What they may import: paths below the root, or names of packages. */
  allowed: RegExp[];
  /** What they may import the types of, besides. */
  types?: RegExp[];
};

const edge = /^sql\/(edge|contract)\.ts$/;
const host = /^sql\/(host|contract)\.ts$/;
/** These two reach the whole cluster and its files; nobody but the command line and the tests uses them. */
const migration = /^sql\/(migrate|functions|cluster)\.ts$/;

const rules: Record<string, Rule> = {
  'functions: the SQL API, the page, the emulator of terminals, and nothing that workerd lacks': {
    files: /^functions\//,
    allowed: [
      /^functions\//,
      edge,
      /^html\//,
      /^worker\/shell\/emulator\.ts$/,
      /^(hono|zod|@hono\/zod-openapi|@neondatabase\/serverless)(\/|$)/,
    ],
  },
  'worker: its SQL API, the words of the record, Node, pg and graphile-worker': {
    files: /^worker\/(?!shell\/)/,
    allowed: [/^worker\//, /^audit\//, host, /^node:/, /^(pg|graphile-worker|zod)$/],
  },
  'audit: itself, hashes and signatures: the verifier needs neither a database nor a network': {
    files: /^audit\//,
    allowed: [/^audit\//, /^node:crypto$/, /^zod$/],
  },
  'worker/shell: itself and Node, so that it could be published alone': {
    files: /^worker\/shell\//,
    allowed: [/^worker\/shell\//, /^node:/, /^(@lydell\/node-pty|@xterm\/headless)$/],
  },
  'html: hono, and the types of the contract': {
    files: /^html\/(?!public\/)/,
    allowed: [/^html\//, /^hono(\/|$)/],
    types: [/^sql\/contract\.ts$/],
  },
  'html/public: what the browser loads, itself alone': { files: /^html\/public\//, allowed: [/^html\/public\//] },
  'sql: itself and zod': { files: /^sql\/(?!(migrate|functions|cluster)\.ts)/, allowed: [/^sql\//, /^zod$/] },
};

const files = globSync('{audit,functions,worker,sql,html,cli}/**/*.ts');
const imports = files.flatMap((from) => importsOf(from, readFileSync(from, 'utf8')));

describe('imports point only where the design says', () => {
  test.for(Object.entries(rules))('%s', ([, rule]) => {
    const own = imports.filter(({ from }) => rule.files.test(from));
    expect(own.filter((found) => !isAllowed(rule, found)).map(told)).toEqual([]);
  });

  test('only the command line and the tests migrate', () => {
    const wrong = imports.filter(
      ({ from, to }) => migration.test(to) && !migration.test(from) && !from.startsWith('cli/'),
    );
    expect(wrong.map(told)).toEqual([]);
  });

  test('a file that is imported exists', () => {
    const missing = imports.filter(({ to }) => to.endsWith('.ts') && !files.includes(to));
    expect(missing.map(told)).toEqual([]);
  });
});

describe('the reader of imports', () => {
  const cases: [text: string, found: Import[]][] = [
    [`import { a } from './b.ts';`, [{ from: 'cli/x.ts', to: 'cli/b.ts', typeOnly: false }]],
    [`import type { A } from '../sql/b.ts';`, [{ from: 'cli/x.ts', to: 'sql/b.ts', typeOnly: true }]],
    [`import {\n  a,\n  b,\n} from 'node:fs';`, [{ from: 'cli/x.ts', to: 'node:fs', typeOnly: false }]],
    [`export * from './b.ts';`, [{ from: 'cli/x.ts', to: 'cli/b.ts', typeOnly: false }]],
    [`import './b.ts';`, [{ from: 'cli/x.ts', to: 'cli/b.ts', typeOnly: false }]],
    [`const b = await import('./b.ts');`, [{ from: 'cli/x.ts', to: 'cli/b.ts', typeOnly: false }]],
    [`/** An import from 'nowhere' in words. */`, []],
  ];
  test.for(cases)('finds what %j imports', ([text, found]) => {
    expect(importsOf('cli/x.ts', text)).toEqual(found);
  });
});

function importsOf(from: string, text: string): Import[] {
  const statement = /^(?:import|export)\s+(type\s)?(?:[\w*{][^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm;
  return [...text.matchAll(statement)].map(([, type, plain, dynamic]) => {
    const name = plain ?? dynamic ?? '';
    const to = name.startsWith('.') ? path.posix.join(path.posix.dirname(from), name) : name;
    return { from, to, typeOnly: type !== undefined };
  });
}

function isAllowed({ allowed, types = [] }: Rule, { to, typeOnly }: Import): boolean {
  return [...allowed, ...(typeOnly ? types : [])].some((pattern) => pattern.test(to));
}

function told({ from, to }: Import): string {
  return `${from} → ${to}`;
}

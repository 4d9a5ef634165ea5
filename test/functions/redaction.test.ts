/** What the rules find and leave, what may be written as one, and that no cut shows what a whole text hides. */
import { describe, expect, test } from 'vitest';
import { parseBindings } from '../../functions/env.ts';
import { ownRule } from '../../functions/redaction/expression.ts';
import { findSpans, maskText } from '../../functions/redaction/mask.ts';
import { builtIn, matchLengthMax, parseOwnRules, parseRules } from '../../functions/redaction/rules.ts';
import { maskedScreen } from '../../functions/redaction/screen.ts';
import { maskedPieces } from '../../functions/redaction/windows.ts';
import { fc, runs } from '../support/fuzz.ts';

// Put together here, so that nobody who looks for keys in files finds any.
const fill = (length: number) => 'aB3dE5gH'.repeat(Math.ceil(length / 8)).slice(0, length);
const pem = `-----BEGIN RSA ${'PRIVATE KEY'}-----\nProc-Type: 4,ENCRYPTED\n\n${fill(64)}\n${fill(64)}\n-----END RSA ${'PRIVATE KEY'}-----`;
const secrets: Record<string, string> = {
  'private-key': pem,
  'limpet-key': `lp_${'0'.repeat(32)}_${fill(43)}`,
  'aws-key': `AKIA${'ABCD2345'.repeat(2)}`,
  'aws-secret': fill(40),
  'github-token': `ghp_${fill(36)}`,
  'google-key': `AIza${fill(35)}`,
  'slack-token': `xoxb-123456789012-${fill(24)}`,
  'stripe-key': `sk_live_${fill(24)}`,
  jwt: `eyJ${fill(20)}.eyJ${fill(60)}.${fill(43)}`,
  bearer: fill(32),
  'url-password': 'p%40ss-w0rd',
};
const around: Record<string, (secret: string) => string> = {
  'aws-secret': (secret) => `aws_secret_access_key = ${secret}`,
  bearer: (secret) => `Authorization: Bearer ${secret}`,
  'url-password': (secret) => `postgres://app:${secret}@db/x`,
};
const told = (name: string) => (around[name] ?? String)(secrets[name] ?? '');

describe('each rule', () => {
  test.for(builtIn.map(({ name }) => name))('%s masks what it is for, in its length, and nothing around it', (name) => {
    const secret = secrets[name] ?? '';
    const text = `before\n${told(name)} after\n`;
    const { text: masked, names } = maskText(builtIn, text);
    expect(names).toEqual([name]);
    expect(masked.length).toBe(text.length);
    expect(masked).not.toContain(secret.slice(0, 12));
    expect(masked.startsWith('before\n') && masked.endsWith(' after\n')).toBe(true);
    if (secret.length > 40) expect(masked).toContain(`[redacted ${name}]`);
    expect(masked.split('\n').length).toBe(text.split('\n').length);
  });

  test.for(builtIn.map(({ name }) => name))('%s masks what is there of it while the rest has not come', (name) => {
    const text = told(name);
    const from = text.indexOf(secrets[name] ?? '');
    for (let end = from + 40; end < text.length; end += 1) {
      const masked = maskText(builtIn, `x ${text.slice(0, end)}`, { end: true }).text;
      expect(masked, `cut at ${end}`).not.toContain(text.slice(from, end).slice(-8));
    }
  });

  test.for([
    'https://example.org:8080/path',
    'git@github.com:limpet/limpet.git and mail to a@b.example',
    'the bearer of news; Bearer with me',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
    'lp_status_of_printer eyJ.eyJ.x sk_test AKIA',
    '0123456789abcdef0123456789abcdef0123456789abcdef',
  ])('%j stays', (text) => {
    expect(maskText(builtIn, text).text).toBe(text);
  });

  test('takes time that grows with the text alone', () => {
    for (const part of ['-----BEGIN PRIVATE KEY-----', 'eyJaaaaaaaa.', '://a:', 'a', 'Bearer ', '://', 'eyJ']) {
      const text = part.repeat(Math.ceil((1024 * 1024) / part.length));
      expect(findSpans(builtIn, text, { start: true, end: true }).length).toBeGreaterThanOrEqual(0);
    }
  }, 60_000);
});

describe('a rule of one’s own', () => {
  test.for([
    ['TK-[0-9]{6,12}', 'a TK-1234567 b', 'a ********** b'],
    ['\\bpin=\\d{4}', 'pin=1234 spin=1234', '******** spin=1234'],
    ['[a-f]{2}:[a-f]{2,4}\\.x?y', 'ab:cde.y', '********'],
  ] as const)('%s', ([expression, text, masked]) => {
    expect(maskText([ownRule('own', expression)], text).text).toBe(masked);
  });

  test.for([
    ['(a+)+b', 'is not of the part of the syntax'],
    ['a*bcd', 'is not of the part of the syntax'],
    ['abcd|efgh', 'is not of the part of the syntax'],
    ['\\1abcd', 'is not of the part of the syntax'],
    ['x{2,20}x{2,20}y', 'what follows it could be more of it'],
    ['[ab]{1,20}c?[bd]{4}', 'what follows it could be more of it'],
    ['abc', 'fewer than 4'],
    ['a{1025}', 'more than 1024'],
    ['ab\u00e4d', 'printable ASCII'],
    ['a'.repeat(257), 'longer than 256'],
    ['[z-a]bcd', 'a set in it is none'],
  ] as const)('%s is refused', ([expression, reason]) => {
    expect(() => ownRule('own', expression)).toThrow(reason);
  });

  test('the longest and the shortest are taken', () => {
    expect(ownRule('own', 'a'.repeat(256)).name).toBe('own');
    expect(ownRule('own', 'a{1024}').name).toBe('own');
    expect(ownRule('own', 'abcd').begun).toBeDefined();
  });
});

test('settings name rules, and a wrong one is refused without a word of it', () => {
  expect(parseRules('all')).toHaveLength(builtIn.length);
  expect(parseRules('bearer, aws-key').map(({ name }) => name)).toEqual(['bearer', 'aws-key']);
  expect(() => parseRules('bearer,nothing')).toThrow('must be "all", or some of private-key');
  expect(parseOwnRules('one=abcd\n\n two=efgh ').map(({ name }) => name)).toEqual(['one', 'two']);
  expect(() => parseOwnRules('one=abcd\nTWO=efgh')).toThrow('line 2 is not');
  const bindings = { DATABASE_URL: 'postgres://h', LIMPET_REDACT_OWN: 'one=(s3cret)+' };
  expect(() => parseBindings(bindings)).toThrow(
    /LIMPET_REDACT_OWN has an expression that cannot be used in line 1: (?!.*s3cret)/,
  );
});

test('a window on a stream shows what the whole stream shows there, wherever it is cut', async () => {
  const words = fc.constantFrom(...Object.keys(secrets).map(told), 'plain text ', '\n', 'x'.repeat(300), ' ');
  const texts = fc.array(words, { minLength: 1, maxLength: 12 }).map((parts) => parts.join(' '));
  await fc.assert(
    fc.asyncProperty(
      texts,
      fc.nat(),
      fc.nat(3_000),
      fc.array(fc.nat(), { maxLength: 5 }),
      async (text, at, limit, cutsAt) => {
        const all = Buffer.from(text);
        const cuts = [0, ...cutsAt.map((cut) => cut % all.length).sort((a, b) => a - b), all.length];
        const stored = cuts.flatMap((start, index) => {
          const data = all.subarray(start, cuts[index + 1] ?? start);
          return data.length > 0 ? [{ start_offset: start, data }] : [];
        });
        const read = async (from: number, bytes: number) =>
          stored.filter(({ start_offset: start, data }) => start + data.length > from && start < from + bytes);
        const offset = at % all.length;
        const whole = maskText(builtIn, text, { end: true }).text;
        const shown = await maskedPieces(builtIn, read, offset, limit);
        expect(Buffer.concat(shown.map(({ data }) => data)).toString()).toBe(whole.slice(offset, offset + limit));
      },
    ),
    { numRuns: runs(200) },
  );
});

test('what is far longer than any secret is read in windows, too', async () => {
  const secret = told('bearer');
  const all = Buffer.from(`${'word '.repeat(matchLengthMax)}${secret}${' word'.repeat(matchLengthMax)}`);
  const read = async (from: number, bytes: number) => [{ start_offset: from, data: all.subarray(from, from + bytes) }];
  const at = all.indexOf(secret) + secret.length - 4;
  const [piece] = await maskedPieces(builtIn, read, at, 8);
  expect(Buffer.from(piece?.data ?? []).toString()).toBe('**** wor');
});

test('on a screen a secret is found across the end of a full row, and looks stay in place', () => {
  const secret = secrets['google-key'] ?? '';
  const rows = [`x ${secret.slice(0, 18)}`, `${secret.slice(18)} y`];
  const screen = {
    session_id: '',
    generation: 1,
    updated_at: null,
    cols: 20,
    rows: 2,
    title: `t ${secret}`,
    alternate: false,
    simplified: false,
    cursor: { row: 0, col: 0, visible: true },
    lines: rows.map((row) => ({
      runs: [
        { col: 0, text: row.slice(0, 7), bold: true as const },
        { col: 7, text: row.slice(7) },
      ],
    })),
  };
  const masked = maskedScreen(builtIn, screen);
  const text = masked.lines.map(({ runs }) => runs.map((run) => run.text).join(''));
  expect(text).toEqual(['x [redacted google-k', 'ey]****************** y'.slice(0, 23)]);
  expect(masked.lines[0]?.runs[0]).toEqual({ col: 0, text: 'x [reda', bold: true });
  expect(masked.title).toBe(`t [redacted google-key]${'*'.repeat(18)}`);
});

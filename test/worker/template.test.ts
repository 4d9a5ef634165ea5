import { describe, expect, test } from 'vitest';
import { fillTemplate, Template } from '../../worker/sandbox/template.ts';

const places = { session: 'S', shell: 'I.1', home: "/a b/'$x" };

describe('a template', () => {
  test.each([
    ['["docker","run","-i","image","bash"]', ['docker', 'run', '-i', 'image', 'bash']],
    ['["x","--name=limpet-{shell}","{home}:{home}"]', ['x', '--name=limpet-I.1', "/a b/'$x:/a b/'$x"]],
    ['["{{session}}","{{{session}}}","-{{x}}",""]', ['{session}', '{S}', '-{x}', '']],
  ])('%s is filled', (given, words) => {
    expect(fillTemplate(Template.parse(given), places)).toEqual(words);
  });

  test.each([
    ['nothing', '[]'],
    ['words for a shell', 'docker run'],
    ['no text', '["a",1]'],
    ['an unknown place', '["{unknown}"]'],
    ['a brace that is none', '["{"]'],
    ['half a pair', '["}"]'],
    ['NUL', '["a\\u0000b"]'],
    ['another shape', '{"a":"b"}'],
  ])('is not %s', (_, given) => {
    expect(Template.safeParse(given).success).toBe(false);
  });

  test('has up to a thousand words of up to 100,000 characters', () => {
    const words = (count: number, length: number) => Template.safeParse(Array(count).fill('x'.repeat(length))).success;
    expect([words(1000, 1), words(1001, 1), words(1, 100_000), words(1, 100_001)]).toEqual([true, false, true, false]);
  });
});

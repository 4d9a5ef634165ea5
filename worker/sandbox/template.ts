/** What an operator writes to have shells held by other programs: their words, with places for what differs. Pure. */
import { z } from 'zod';

/** What a template's words may say, and the host knows. */
const names = ['session', 'shell', 'home'] as const;
export type Places = Record<(typeof names)[number], string>;
/** No system takes so many. */
const wordsMax = 1000;
const wordLengthMax = 100_000;

/** `{{` and `}}` are braces; else what is in braces must be a place. */
const piece = /\{\{|\}\}|\{([^{}]*)\}|[{}]/g;

const Word = z
  .string()
  .max(wordLengthMax)
  .refine((word) => !word.includes('\0'), 'A word holds no NUL')
  .refine((word) => [...word.matchAll(piece)].every(isKnown), {
    error: `Of what is in braces, only ${names.map((name) => `{${name}}`).join(', ')} is known; a brace is written twice`,
  });

/** A program and its words, as JSON has them. */
export const Template = z.preprocess(fromJson, z.array(Word).min(1).max(wordsMax));
export type Template = z.infer<typeof Template>;

/** The words that are to hold one shell. */
export function fillTemplate(template: Template, places: Places): string[] {
  return template.map((word) => fill(word, places));
}

function fill(word: string, places: Places): string {
  return word.replace(piece, (found, name?: keyof Places) => (name === undefined ? found.slice(0, 1) : places[name]));
}

function isKnown([found, name]: RegExpMatchArray): boolean {
  return name === undefined ? found.length === 2 : names.some((known) => known === name);
}

function fromJson(given: unknown): unknown {
  if (typeof given !== 'string') return given;
  try {
    return JSON.parse(given);
  } catch {
    return given;
  }
}

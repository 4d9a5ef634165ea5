/** What the words of a command tell of traps that it may set. Pure. */

const quoted = String.raw`\$'(?:\\.|[^'\\])*'|'[^']*'|"(?:\\.|[^"\\])*"|\\.`;
const trapCommand = new RegExp(String.raw`\btrap\b(?:${quoted}|[^\n;|&'"\\])*`, 'gs');
const word = new RegExp(String.raw`(?:${quoted}|[^\s;|&'"\\])+`, 'gs');
const two = /^['"]?2(?![\w<>&.:/%+-])/;
const named = /\b(?:SIG)?INT\b/i;

/**
 * May this command trap INT, or ignore it? A trap that it sets is in no state yet, so its words have to do. The name may stand
 * anywhere in the line, but 2 is a common word: only where it is one of those of `trap` itself.
 */
export function mayTrapInterrupt(text: string): boolean {
  const isNamed = text.split('\n').some((line) => named.test(/\btrap\b.*/.exec(line)?.[0] ?? ''));
  const isOfTrap = (words: string) => named.test(words) || (words.match(word) ?? []).some((one) => two.test(one));
  return isNamed || (text.match(trapCommand) ?? []).some(isOfTrap);
}

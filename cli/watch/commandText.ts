/** What bash is given for the words of a command line. */

/** One word is text for bash as it stands; several are a program and its arguments, which reach it as they are. */
export function commandText(words: string[]): string {
  if (words.length === 1) return words[0] ?? '';
  return words.map((word, index) => quoted(word, index === 0)).join(' ');
}

const plainWord = /^[\w@%+:,./=-]+$/;
/** In the first place these would not be a program's name. */
const reserved = /=|^(if|then|elif|else|fi|for|select|case|esac|while|until|do|done|in|function|time|coproc)$/;

/** A word that bash takes literally. */
function quoted(word: string, isFirst: boolean): string {
  const isPlain = plainWord.test(word) && !(isFirst && reserved.test(word));
  return isPlain ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

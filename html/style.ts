/** The look of a piece of text, as `CSI … m` (select graphic rendition) sets it. Source: ECMA-48, 8.3.117; ITU T.416 for colours. */

/** Colours are numbers of the 256-colour palette, -1 is the default. `link` is an http(s) address or empty. */
export interface Style {
  fg: number;
  bg: number;
  flags: number;
  link: string;
}

export const plain: Style = Object.freeze({ fg: -1, bg: -1, flags: 0, link: '' });

export const flag = { bold: 1, dim: 2, italic: 4, underline: 8, inverse: 16, hidden: 32, strike: 64 } as const;

const flagsSet: Record<number, number> = {
  1: flag.bold,
  2: flag.dim,
  3: flag.italic,
  4: flag.underline,
  7: flag.inverse,
  8: flag.hidden,
  9: flag.strike,
  21: flag.underline,
};
const flagsCleared: Record<number, number> = {
  22: flag.bold | flag.dim,
  23: flag.italic,
  24: flag.underline,
  27: flag.inverse,
  28: flag.hidden,
  29: flag.strike,
};

/** The style after the parameters of one sequence, `0;1;38:5:208` for example. At most 32 are looked at. */
export function selectGraphic(style: Style, parameters: string): Style {
  const next = { ...style };
  const groups = parameters.split(';', 32);
  for (let index = 0; index < groups.length; index += 1) {
    const [code = 0, ...parts] = (groups[index] ?? '').split(':', 8).map(Number);
    if (code === 38 || code === 48 || code === 58) index += extendedColour(next, code, parts, groups.slice(index + 1));
    else if (code === 4 && parts[0] === 0) next.flags &= ~flag.underline;
    else setSimple(next, code);
  }
  return same(next, style) ? style : next;
}

/** True where two styles look the same. */
export function same(a: Style, b: Style): boolean {
  return a === b || (a.fg === b.fg && a.bg === b.bg && a.flags === b.flags && a.link === b.link);
}

function setSimple(style: Style, code: number): void {
  if (code === 0) Object.assign(style, plain, { link: style.link });
  else if (code >= 30 && code <= 37) style.fg = code - 30;
  else if (code >= 90 && code <= 97) style.fg = code - 82;
  else if (code === 39) style.fg = -1;
  else if (code >= 40 && code <= 47) style.bg = code - 40;
  else if (code >= 100 && code <= 107) style.bg = code - 92;
  else if (code === 49) style.bg = -1;
  else style.flags = (style.flags | (flagsSet[code] ?? 0)) & ~(flagsCleared[code] ?? 0);
}

/**
 * 38, 48 and 58 name a colour, either in parts of their own (`38:5:n`, `38:2:r:g:b`, `38:2:space:r:g:b`) or in the groups that
 * follow (`38;5;n`, `38;2;r;g;b`). Returns how many of those groups were taken. 58 (of underlines) is read and not shown.
 */
function extendedColour(style: Style, code: number, parts: number[], rest: string[]): number {
  const own = parts.length > 0;
  const values = own ? parts : rest.map(Number);
  const rgb = values[0] === 2 ? values.slice(own && parts.length > 4 ? 2 : 1).slice(0, 3) : undefined;
  const colour =
    values[0] === 5 && values[1] !== undefined
      ? byte(values[1])
      : rgb
        ? nearest(byte(rgb[0]), byte(rgb[1]), byte(rgb[2]))
        : undefined;
  if (colour !== undefined && code === 38) style.fg = colour;
  if (colour !== undefined && code === 48) style.bg = colour;
  if (own) return 0;
  return values[0] === 5 ? 2 : values[0] === 2 ? 4 : 0;
}

function byte(value: number | undefined): number {
  return Math.min(255, Math.max(0, Math.trunc(value || 0)));
}

/** The levels of the palette's 6×6×6 cube, which is 16…231; 232…255 are greys. */
const levels = [0, 95, 135, 175, 215, 255] as const;

/** Red, green and blue of a palette's number from 16 on. */
export function rgbOf(colour: number): [number, number, number] {
  if (colour >= 232) return [0, 0, 0].map(() => 8 + (colour - 232) * 10) as [number, number, number];
  const index = colour - 16;
  return [levels[Math.floor(index / 36)] ?? 0, levels[Math.floor(index / 6) % 6] ?? 0, levels[index % 6] ?? 0];
}

/** The palette's colour next to a 24-bit one: the page has classes only, no inline styles. */
export function nearest(red: number, green: number, blue: number): number {
  const level = (value: number) => (value < 48 ? 0 : value < 115 ? 1 : Math.floor((value - 35) / 40));
  const cube = 16 + 36 * level(red) + 6 * level(green) + level(blue);
  const grey = 232 + Math.min(23, Math.max(0, Math.round(((red + green + blue) / 3 - 8) / 10)));
  const distance = (colour: number) => {
    const [r, g, b] = rgbOf(colour);
    return (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
  };
  return distance(grey) < distance(cube) ? grey : cube;
}

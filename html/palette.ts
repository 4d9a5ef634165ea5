/**
 * The 256 colours as a style sheet, html/public/ansi.css, which is committed and compared with this by a test. As text on the
 * page each colour is darkened or lightened until it can be read there (contrast 4.5 at least, WCAG 2.2).
 */
import { rgbOf } from './style.ts';

type Rgb = readonly [number, number, number];

/** Backgrounds of output on the page (base.css: --out), light and dark. */
const outputBackgrounds = { light: [255, 255, 255], dark: [16, 20, 26] } as const satisfies Record<string, Rgb>;
/** On dark, thin strokes of a saturated colour need more than the 4.5 that is asked for. */
const contrastMin = { light: 4.5, dark: 6 } as const;

const basic: readonly Rgb[] = [
  [40, 46, 54],
  [201, 42, 42],
  [43, 138, 62],
  [176, 125, 0],
  [33, 102, 209],
  [156, 54, 181],
  [9, 136, 150],
  [196, 203, 211],
  [104, 115, 128],
  [255, 107, 107],
  [81, 207, 102],
  [252, 196, 25],
  [92, 164, 255],
  [218, 119, 242],
  [59, 201, 219],
  [248, 249, 250],
];

/** The style sheet. */
export function ansiCss(): string {
  const rules = Array.from({ length: 256 }, (_, colour) => {
    const own = colourOf(colour);
    const light = hex(readable(own, 'light', [0, 0, 0]));
    const dark = hex(readable(own, 'dark', [255, 255, 255]));
    const text = light === dark ? light : `light-dark(${light},${dark})`;
    return `.f${colour}{color:${text}}.g${colour}{color:${hex(own)}}.b${colour}{background:${hex(own)}}`;
  });
  return `/* Made by html/palette.ts. */\n${rules.join('\n')}\n`;
}

/** Whether black rather than white is the text to put on a colour. */
export function blackIsReadableOn(colour: number): boolean {
  return contrast(colourOf(colour), [0, 0, 0]) >= contrast(colourOf(colour), [255, 255, 255]);
}

/** Contrast of two colours, 1 to 21. Source: WCAG 2.2, "contrast ratio". */
export function contrast(a: Rgb, b: Rgb): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

function colourOf(colour: number): Rgb {
  return basic[colour] ?? rgbOf(colour);
}

function readable(colour: Rgb, theme: 'light' | 'dark', towards: Rgb): Rgb {
  for (let share = 0; share < 1; share += 0.04) {
    const mixed = colour.map((value, index) => Math.round(value + ((towards[index] ?? 0) - value) * share)) as [
      number,
      number,
      number,
    ];
    if (contrast(mixed, outputBackgrounds[theme]) >= contrastMin[theme]) return mixed;
  }
  return towards;
}

function luminance(colour: Rgb): number {
  const [r = 0, g = 0, b = 0] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function hex(colour: Rgb): string {
  return `#${colour.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

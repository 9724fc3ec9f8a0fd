/**
 * Text from a server, a file or an argument, made fit for a terminal: whatever could move the cursor, recolour, reorder, hide or forge
 * is shown as a visible escape (`\n`, `\x1b`, `\u202e`, `\u{e0041}`); everything else is unchanged. The result is one line.
 *
 * Shown are control characters (C0, DEL, C1, and with them every escape sequence), line and paragraph separators, bidirectional controls,
 * invisible characters and lone surrogates. Joiners and variation selectors stay where emoji and scripts need them (UAX #31, section 2.3).
 */
export function terminalSafe(text: string): string {
  return replaceUnsafe(text, visibleEscape);
}

/** Like `terminalSafe`, with the caller's own form of an escape. `change` gets one character (a code point) at a time. */
export function replaceUnsafe(text: string, change: (character: string) => string): string {
  if (PLAINLY_SAFE.test(text)) return text;
  unsafe ??= new RegExp(UNSAFE, 'gu');
  return text.replace(unsafe, change);
}

/** The same for a text whose line feeds are layout and stay. */
export function replaceUnsafeInLines(text: string, change: (character: string) => string): string {
  return text
    .split('\n')
    .map((line) => replaceUnsafe(line, change))
    .join('\n');
}

/** True when `terminalSafe` would change the text. */
export function isTerminalSafe(text: string): boolean {
  return terminalSafe(text) === text;
}

/** The UTF-16 code units of a character, as JSON and JavaScript write them: `\u202e`, `\udb40\udc41`. */
export function unicodeEscape(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

/** How `terminalSafe` shows one character: `\\n`, `\\x1b`, `\\u202e`. */
export function visibleEscape(character: string): string {
  const short = SHORT_ESCAPES.get(character);
  if (short !== undefined) return short;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\u{${hex}}`;
}

const SHORT_ESCAPES = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** Blocks without any unsafe character: what nearly every text is made of, told apart without the Unicode sets below. */
const PLAINLY_SAFE =
  /^[ -~\u00A0-\u00AC\u00AE-\u034E\u0370-\u0588\u2010-\u2027\u2030-\u205E\u20A0-\u2BFF\u3000-\u3163\u3165-\u9FFF\uAC00-\uD7A3]*$/;

/** Scripts whose spelling uses the zero-width joiner and non-joiner. */
const JOINING_SCRIPTS = [
  ...['Arabic', 'Syriac', 'Nko', 'Mongolian', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati', 'Oriya', 'Tamil', 'Telugu', 'Kannada'],
  ...['Malayalam', 'Sinhala', 'Khmer', 'Myanmar', 'Tibetan'],
]
  .map((script) => `\\p{Script_Extensions=${script}}`)
  .join('');

const NEEDED = [
  // 👩‍🚀: between two pictographs, the first perhaps with its selector or skin tone
  String.raw`(?<=\p{Extended_Pictographic}[\uFE0F\p{Emoji_Modifier}]?)\u200D(?=\p{Extended_Pictographic})`,
  // می‌خواهم: after a visible character of such a script
  String.raw`(?<=[${JOINING_SCRIPTS}])(?<!\p{Default_Ignorable_Code_Point})[\u200C\u200D]`,
  // ❤️, 1️⃣, 葛󠄀: one after a visible base; no Latin letter has variants
  String.raw`(?<=[\p{L}\p{M}\p{N}\p{P}\p{S}])(?<![A-Za-z\p{Default_Ignorable_Code_Point}])\p{Variation_Selector}`,
].join('|');

/** Default-ignorable characters include every bidirectional control, zero-width space, the byte order mark and the tag characters. */
const UNSAFE = String.raw`(?!${NEEDED})[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB]`;

/** Built on first need: the sets take 3 ms. */
let unsafe: RegExp | undefined;

import fc from 'fast-check';

/** The general categories of Unicode, the large ones first, as most code points are in those. */
const CATEGORIES = [
  ...['Cn', 'Co', 'Lo', 'So', 'Cs', 'Mn', 'Ll', 'Lu', 'No', 'Sm', 'Nd', 'Po', 'Mc', 'Lm', 'Nl', 'Cf'],
  ...['Sk', 'Ps', 'Pe', 'Cc', 'Sc', 'Lt', 'Pd', 'Zs', 'Me', 'Pi', 'Pc', 'Pf', 'Zl', 'Zp'],
] as const;

const LAST_CODE_POINT = 0x10ffff;

/** The code points of each category. */
function byCategory(): readonly (readonly string[])[] {
  const found = CATEGORIES.map((name) => ({ pattern: new RegExp(`^\\p{${name}}$`, 'u'), characters: [] as string[] }));
  for (let point = 0; point <= LAST_CODE_POINT; point += 1) {
    const character = String.fromCodePoint(point);
    found.find(({ pattern }) => pattern.test(character))?.characters.push(character);
  }
  return found.map(({ characters }) => characters);
}

/** One character: each category of code points is as likely as any other. */
const anyCharacter: fc.Arbitrary<string> = fc.oneof(
  ...byCategory().map((characters) => fc.nat({ max: characters.length - 1 }).map((index) => characters[index] ?? '')),
);

/** A text with characters of every category among letters, perhaps with what files and shells leave around it. */
export const anyName: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom('', '', '', ' ', '\uFEFF', '\t', '"'),
    fc.array(fc.oneof({ weight: 1, arbitrary: fc.constantFrom('A', 'b', ' ', '-') }, { weight: 2, arbitrary: anyCharacter }), {
      maxLength: 8,
    }),
    fc.constantFrom('', '', '', ' ', '\r', '\n', '\r\n', '"', '\uFFFD'),
  )
  .map(([before, characters, after]) => before + characters.join('') + after);

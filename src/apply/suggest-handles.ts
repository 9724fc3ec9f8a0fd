import { handleProblem } from '../identity/flowkiwi/handle.ts';

const MAX_LENGTH = 30;

/** Letters that are more than a letter with a mark, as people write them who have no such key. */
const LETTERS: Readonly<Record<string, string>> = {
  ä: 'ae',
  ö: 'oe',
  ü: 'ue',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'oe',
  å: 'aa',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ı: 'i',
  '&': '-',
};

/** A handle for a name: small letters and hyphens, cut at a word where that leaves enough; undefined when no letter of it is left. Pure. */
export function handleFor(name: string): string | undefined {
  const letters = name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^a-z]/g, (letter) => LETTERS[letter] ?? letter)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^a-z]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const handle = shortened(letters, MAX_LENGTH);
  return handleProblem(handle) === undefined ? handle : undefined;
}

/** Tells the same handles apart by letters: `acme`, `acme-b`, `acme-c`. `isTaken` is told of each that it gives. */
export function handleChooser(isTaken: (handle: string) => boolean, take: (handle: string) => void) {
  /** The last number that each wanted handle was given with, so that thousands of the same are not counted through again. */
  const last = new Map<string, number>();
  return (name: string): string | undefined => {
    const wanted = handleFor(name);
    if (wanted === undefined) return undefined;
    for (let number = last.get(wanted) ?? 0; ; number += 1) {
      const suffix = number === 0 ? '' : `-${lettersOf(number)}`;
      const handle = shortened(wanted, MAX_LENGTH - suffix.length) + suffix;
      if (isTaken(handle)) continue;
      last.set(wanted, number + 1);
      take(handle);
      return handle;
    }
  };
}

/** 1 is `b`, 25 is `z`, 26 is `ba`: numbers without digits. */
function lettersOf(number: number): string {
  const rest = Math.floor(number / 26);
  return (rest === 0 ? '' : lettersOf(rest)) + String.fromCharCode(97 + (number % 26));
}

function shortened(handle: string, length: number): string {
  if (handle.length <= length) return handle;
  const cut = handle.slice(0, length + 1);
  const word = cut.lastIndexOf('-');
  return (word > length / 2 ? cut.slice(0, word) : cut.slice(0, length)).replace(/-+$/, '');
}

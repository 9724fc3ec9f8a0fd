import stringWidth from 'string-width';
import type { Ruler } from './ruler.ts';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** For any text: wide characters take two columns, combining marks none, an emoji with its joiners two; a cut never splits one of them. */
export const graphemeRuler: Ruler = {
  width: (text) => stringWidth(text),
  cut: (text, width) => {
    if (stringWidth(text) <= width) return text;
    let kept = '';
    let used = 1;
    for (const { segment } of graphemes.segment(text)) {
      used += stringWidth(segment);
      if (used > width) break;
      kept += segment;
    }
    return `${kept}…`;
  },
};

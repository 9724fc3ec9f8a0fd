import type { Palette } from '../output/colour.ts';

/** How questions look: in the colours of everything else that is said on standard error, or in none. */
export function promptTheme({ id, success, command, error, dim }: Palette) {
  return {
    prefix: { idle: id('?'), done: success('✔') },
    style: {
      message: (text: string) => command(text),
      answer: id,
      error: (text: string) => error(`> ${text}`),
      defaultAnswer: (text: string) => dim(`(${text})`),
      help: dim,
      highlight: id,
      key: (text: string) => command(`<${text}>`),
    },
  };
}

/** The value that a JSON text stands for; undefined for what is no JSON. In place of an error of the parser, whose message quotes the text. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

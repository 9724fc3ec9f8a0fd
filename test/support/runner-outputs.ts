/**
 * Reads the outputs of a step as GitHub's runner does (SetOutputFileCommand in actions/runner): NAME=VALUE, or NAME<<DELIMITER, lines, and the
 * delimiter by itself. A runner on Windows takes \r\n for a line end as well. Throws as it does, which fails the step.
 */
export function readOutputs(content: string, platform: 'linux' | 'win32' = 'linux'): Readonly<Record<string, string>> {
  const lines = linesOf(content, platform);
  const outputs: [string, string][] = [];
  for (let next = lines.shift(); next !== undefined; next = lines.shift()) {
    const { text } = next;
    if (text === '') continue;
    const [equals, heredoc] = [text.indexOf('='), text.indexOf('<<')];
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      outputs.push([text.slice(0, equals), text.slice(equals + 1)]);
      continue;
    }
    const [name = '', delimiter = ''] = heredoc < 0 ? [] : [text.slice(0, heredoc), text.slice(heredoc + 2)];
    if (name === '' || delimiter === '') throw new Error(`invalid format ${JSON.stringify(text)}`);
    const end = lines.findIndex((line) => line.text === delimiter);
    if (end === -1) throw new Error(`no delimiter ${delimiter}`);
    const value = lines.splice(0, end + 1).slice(0, -1);
    outputs.push([name, value.map(({ text: line, end: lineEnd }, index) => (index < value.length - 1 ? line + lineEnd : line)).join('')]);
  }
  return Object.fromEntries(outputs);
}

interface Line {
  readonly text: string;
  readonly end: string;
}

function linesOf(content: string, platform: 'linux' | 'win32'): Line[] {
  const pattern = platform === 'win32' ? /([\s\S]*?)(\r\n|\n|$)/g : /([\s\S]*?)(\n|$)/g;
  return [...content.matchAll(pattern)].flatMap(([whole, text = '', end = '']) => (whole === '' ? [] : [{ text, end }]));
}

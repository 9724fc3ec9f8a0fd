import { Writable } from 'node:stream';
import type { Output } from '../../src/edges.ts';

export interface CollectedOutput extends Output {
  /** Everything written so far. */
  readonly text: () => string;
  /** The writes one by one. */
  readonly writes: readonly string[];
}

/** Takes what questions draw, and like the streams of the process is not ended by what is piped into it. */
class OpenStream extends Writable {
  override _write(_chunk: unknown, _encoding: unknown, done: () => void): void {
    done();
  }

  override end(): this {
    return this;
  }
}

/** An output that keeps what it is given; its reader goes away after `closesAfter` writes. */
export function collectedOutput(options: { isTerminal?: boolean; columns?: number; closesAfter?: number } = {}): CollectedOutput {
  const writes: string[] = [];
  return {
    isTerminal: options.isTerminal ?? false,
    columns: options.columns,
    write: async (content) => {
      writes.push(typeof content === 'string' ? content : Buffer.from(content).toString('latin1'));
    },
    isClosed: () => writes.length >= (options.closesAfter ?? Number.POSITIVE_INFINITY),
    stream: new OpenStream(),
    text: () => writes.join(''),
    writes,
  };
}

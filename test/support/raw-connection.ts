import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface RawConnection {
  readonly socket: Socket;
  /** Resolves when this has come in. */
  readonly received: (text: string) => Promise<void>;
  /** Resolves to everything that came in, when the server has ended or cut the connection. */
  readonly ended: () => Promise<string>;
}

/** A connection whose bytes the test writes itself. */
export async function openRaw(url: string, options: { readonly allowHalfOpen?: boolean } = {}): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), ...options });
  onTestFinished(() => void socket.destroy());
  let text = '';
  const over = new Promise<void>((resolve) => socket.once('end', resolve).once('close', resolve));
  socket.on('error', () => undefined);
  socket.on('data', (bytes: Buffer) => {
    text += bytes.toString('latin1');
  });
  await once(socket, 'connect');
  return {
    socket,
    received: async (wanted) => {
      while (!text.includes(wanted)) await once(socket, 'data');
    },
    ended: async () => {
      await over;
      return text;
    },
  };
}

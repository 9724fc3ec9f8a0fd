import type { Socket } from 'node:net';
import { type Protocol, protocolOf } from './protocol-of.ts';

/** How long a client may take for its first bytes: as long as Node lets it take for the headers of a request. */
const PATIENCE_MS = 60_000;

/**
 * Tells the protocol of a new connection once its first bytes say it. They stay to be read, and the connection stays paused. One that is
 * silent for a minute, or ends before it has said anything, is closed.
 */
export function awaitProtocol(socket: Socket, onKnown: (protocol: Protocol) => void, patienceMs = PATIENCE_MS): void {
  let seen: Buffer = Buffer.alloc(0);
  const cut = () => socket.destroy();
  const patience = setTimeout(cut, patienceMs).unref();

  function look(bytes: Buffer): void {
    seen = seen.length === 0 ? bytes : Buffer.concat([seen, bytes]);
    const protocol = protocolOf(seen);
    if (protocol === undefined) return;
    stop();
    socket.pause();
    socket.unshift(seen);
    onKnown(protocol);
  }

  function stop(): void {
    clearTimeout(patience);
    socket.off('data', look).off('end', cut).off('error', cut).off('close', stop);
  }

  socket.on('data', look).on('end', cut).on('error', cut).on('close', stop);
}

import type { Server } from 'node:http';
import { hasErrorCode } from '../../error-code.ts';
import { CliError } from '../../errors.ts';

/** Starts to listen; the port that it has then. Throws `conflict` for a busy port, `invalid` for one that the user may not have. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, port)));
    server.listen({ host, port }, () => {
      server.removeAllListeners('error');
      const bound = server.address();
      resolve(typeof bound === 'object' && bound !== null ? bound.port : port);
    });
  });
}

function listenError(cause: Error, port: number): Error {
  if (hasErrorCode(cause, 'EADDRINUSE')) {
    return new CliError('conflict', `Port ${port} is in use by another program.`, {
      hint: 'choose another with --port, 0 for a free one',
      cause,
    });
  }
  if (hasErrorCode(cause, 'EACCES')) {
    return new CliError('invalid', `Port ${port} may not be used by this user.`, { hint: 'choose one above 1023 with --port', cause });
  }
  return cause;
}

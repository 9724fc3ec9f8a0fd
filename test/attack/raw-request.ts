import { connect } from 'node:net';

export interface RawAnswer {
  /** 0 when the connection was cut without an answer. */
  readonly status: number;
  /** Header lines in lower case and the body, as they came. */
  readonly text: string;
}

export interface RawRequest {
  readonly method?: string;
  readonly target: string;
  /** The value of `Host`; the listener's own when absent, no such header when null. */
  readonly host?: string | null;
  readonly headers?: readonly string[];
  readonly body?: string;
}

/** One request byte for byte, which an HTTP client would tidy up or refuse to send. Resolves when the connection is over. */
export function rawRequest(port: number, request: RawRequest): Promise<RawAnswer> {
  const { method = 'GET', target, host = `127.0.0.1:${port}`, headers = [], body = '' } = request;
  const lines = [`${method} ${target} HTTP/1.1`, ...(host === null ? [] : [`Host: ${host}`]), ...headers];
  if (body !== '') lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
  return sendBytes(port, `${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** Sends bytes, and resolves to what came back when the other side has closed or reset the connection. */
export function sendBytes(port: number, bytes: string): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes));
    socket.setEncoding('latin1');
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    // A reset is an answer too, after which 'close' comes.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      const [head = '', ...rest] = answer.split('\r\n\r\n');
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0);
      resolve({ status, text: [head.toLowerCase(), ...rest].join('\r\n\r\n') });
    });
  });
}

import type { Response } from '../exchange.ts';

/** Lets the request have its effect, and cuts the connection in place of the answer. */
export function cutBeforeAnswer(response: Response): void {
  const { socket } = response;
  response.write = () => true;
  response.end = () => {
    // Over HTTP/2 the client may have left alone, and the connection be needed by others.
    if (socket?.destroyed === false) socket.resetAndDestroy();
  };
}

/** Sends the head and the first half of the body of the answer, then cuts the connection. An empty body cannot be cut. */
export function cutInBody(response: Response): void {
  const { socket } = response;
  const write = response.write.bind(response);
  const end = response.end.bind(response);
  response.end = (body) => {
    const bytes = body === undefined ? undefined : Buffer.from(body);
    if (bytes === undefined || bytes.length === 0) end();
    else write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => socket?.destroySoon());
  };
}

/** Lets the request have its effect, and answers as Envoy does when the server behind it was cut off before its answer arrived. */
export function answerAsGateway(response: Response, status: number): void {
  const writeHead = response.writeHead.bind(response);
  const end = response.end.bind(response);
  response.writeHead = () => response;
  response.write = () => true;
  response.end = () => {
    for (const name of response.getHeaderNames()) response.removeHeader(name);
    writeHead(status, { 'content-type': 'text/plain', server: 'envoy' });
    return end('upstream connect error or disconnect/reset before headers. reset reason: connection termination');
  };
}

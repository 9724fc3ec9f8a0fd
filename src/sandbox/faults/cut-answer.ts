import type { ServerResponse } from 'node:http';

/** Lets the request have its effect, and cuts the connection in place of the answer. */
export function cutBeforeAnswer(response: ServerResponse): void {
  const { socket } = response;
  response.write = () => true;
  response.end = () => {
    socket?.resetAndDestroy();
    return response;
  };
}

/** Sends the head and the first half of the body of the answer, then cuts the connection. An empty body cannot be cut. */
export function cutInBody(response: ServerResponse): void {
  const write = response.write.bind(response);
  const end = response.end.bind(response);
  response.end = (body?: unknown) => {
    const bytes = typeof body === 'string' || Buffer.isBuffer(body) ? Buffer.from(body) : undefined;
    if (bytes === undefined || bytes.length === 0) return end();
    write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
    return response;
  };
}

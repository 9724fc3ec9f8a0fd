import { describe, expect, test } from 'vitest';
import { fill, INSTANCE, INSTANCES, ORG, sandbox, send, UNKNOWN, useWorld, world } from './world.ts';

useWorld();

describe('problems', () => {
  test('6.3: in plain JSON', async () => {
    const reply = await send('GET', `/api/organizations/${UNKNOWN}`, { token: world.owner, headers: { accept: 'application/json' } });
    expect(reply.json).toEqual({ title: 'An error occurred', detail: 'Not Found', status: 404, type: '/errors/404' });
    expect(reply.headers.get('link')).toBeNull();
  });

  test('6.3: in JSON-LD', async () => {
    const reply = await send('GET', `/api/organizations/${UNKNOWN}`, { token: world.owner });
    expect(reply.json).toEqual({
      '@context': '/api/contexts/Error',
      '@id': '/api/errors/404',
      '@type': 'Error',
      title: 'An error occurred',
      detail: 'Not Found',
      status: 404,
      type: '/errors/404',
      description: 'Not Found',
    });
    expect(reply.headers.get('link')).toBe('<http://www.w3.org/ns/hydra/error>; rel="http://www.w3.org/ns/json-ld#error"');
  });

  test('2.5: a conflict has an error code and no type', async () => {
    const reply = await send('DELETE', fill(ORG), { token: world.owner });
    expect(Object.keys(reply.json).sort()).toEqual(['detail', 'error_code', 'status', 'title']);
    expect(reply.json['error_code']).toBe('organization_not_empty');
  });

  test('6.6: a bad token is answered without a body', async () => {
    const reply = await send('GET', fill(ORG), { token: 'nobody-has-this' });
    expect(reply.text).toBe('');
    expect(reply.headers.get('www-authenticate')).toBe('Bearer error="invalid_token",error_description="Invalid credentials."');
  });

  test.each([
    ['PUT', ORG, 'GET, PATCH, DELETE'],
    ['DELETE', INSTANCES, 'GET, POST'],
    ['GET', '/api/organizations', 'POST'],
    ['GET', `${INSTANCE}/transfer`, 'POST'],
  ])('6.3: %s %s names the methods that are allowed', async (method, path, allowed) => {
    const reply = await send(method, fill(path), { headers: { accept: 'application/json' } });
    expect(reply.headers.get('allow')).toBe(allowed);
    expect(reply.json['detail']).toBe(`No route found for "${method} ${sandbox.url}${fill(path)}": Method Not Allowed (Allow: ${allowed})`);
  });
});

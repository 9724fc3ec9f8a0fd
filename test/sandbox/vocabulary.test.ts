import { expect, test } from 'vitest';
import { asList, asObject, call, type Json, startInMemory } from '../support/servers/sandbox-in-memory.ts';

/** The keys of a document and of all that is in it, but for those of JSON-LD itself. */
function keysIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(keysIn);
  return Object.entries(asObject(value)).flatMap(([key, inner]) => [...(key.startsWith('@') ? [] : [key]), ...keysIn(inner)]);
}

test('every key of an answer has a meaning in its context, which is for everybody', async () => {
  const { url, issueAccessToken, close } = await startInMemory();
  const token = await issueAccessToken('jane@acme.example');
  const { json: organization } = await call(url, 'POST', '/api/organizations', { token, body: { name: 'Acme' } });
  const path = `/api/organizations/${organization['id']}/instances`;
  const { json: instance } = await call(url, 'POST', path, { token, body: { name: 'A', handle: 'a' } });
  const { json: list } = await call(url, 'GET', `${path}?itemsPerPage=1&page=2`, { token });
  const { json: violation } = await call(url, 'POST', '/api/organizations', { token, body: {} });
  const { json: refusal } = await call(url, 'GET', '/api/nothing', { token });

  const unknown = async (answer: Json) => {
    const { status, headers, json } = await call(url, 'GET', String(answer['@context']));
    expect([status, headers.get('content-type')]).toEqual([200, 'application/ld+json; charset=utf-8']);
    return keysIn(answer).filter((key) => !Object.hasOwn(asObject(json['@context']), key));
  };
  expect(await Promise.all([organization, instance, list, violation, refusal].map(unknown))).toEqual([[], [], [], [], []]);

  const statuses = ['/api/contexts/Organization', '/api/contexts/Nothing', '/api/contexts/constructor', '/api/docs.jsonld'].map(
    async (address) => (await call(url, 'GET', address)).status,
  );
  expect(await Promise.all(statuses)).toEqual([200, 404, 404, 200]);
  expect((await call(url, 'POST', '/api/docs.jsonld')).headers.get('allow')).toBe('GET');
  expect(asList((await call(url, 'GET', '/api/docs.jsonld')).json['hydra:supportedClass']).length).toBe(6);
  await close();
});

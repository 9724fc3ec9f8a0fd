import { describe, expect, test } from 'vitest';
import { asList } from '../../support/servers/sandbox-in-memory.ts';
import { CODES, fill, INSTANCE, INSTANCES, ORG, send, TAKEN, useWorld, world } from './world.ts';

useWorld();

type Violations = [statement: string, request: string, body: unknown, violations: [path: string, code: keyof typeof CODES][]];

const violations: Violations[] = [
  ['2.2: an organization without a name', 'POST /api/organizations', {}, [['name', 'blank']]],
  ['6.3: an array is a document without attributes', 'POST /api/organizations', [], [['name', 'blank']]],
  ['2.2: an empty name', 'POST /api/organizations', { name: '' }, [['name', 'blank']]],
  ['2.2: a name of 256 characters', 'POST /api/organizations', { name: '🥝'.repeat(256) }, [['name', 'long']]],
  ['2.2: a name with a NUL', 'POST /api/organizations', { name: 'a\0b' }, [['name', 'pattern']]],
  ['2.4: an empty new name', `PATCH ${ORG}`, { name: '' }, [['name', 'blank']]],
  [
    '3.3: an instance without anything',
    `POST ${INSTANCES}`,
    {},
    [
      ['name', 'blank'],
      ['handle', 'blank'],
    ],
  ],
  ['3.2: a handle with capitals', `POST ${INSTANCES}`, { name: 'X', handle: 'Acme' }, [['handle', 'pattern']]],
  ['3.2: a handle with digits', `POST ${INSTANCES}`, { name: 'X', handle: 'acme1' }, [['handle', 'pattern']]],
  ['3.2: a handle with an underscore', `POST ${INSTANCES}`, { name: 'X', handle: 'a_b' }, [['handle', 'pattern']]],
  ['3.2: a handle that begins with a hyphen', `POST ${INSTANCES}`, { name: 'X', handle: '-a' }, [['handle', 'pattern']]],
  ['3.2: a handle that ends with a hyphen', `POST ${INSTANCES}`, { name: 'X', handle: 'a-' }, [['handle', 'pattern']]],
  ['3.2: a handle that ends with a line break', `POST ${INSTANCES}`, { name: 'X', handle: 'a\n' }, [['handle', 'pattern']]],
  ['3.2: a handle with a NUL', `POST ${INSTANCES}`, { name: 'X', handle: 'a\0b' }, [['handle', 'pattern']]],
  ['3.2: a handle of 31 characters', `POST ${INSTANCES}`, { name: 'X', handle: 'a'.repeat(31) }, [['handle', 'long']]],
  [
    '3.2: a long handle of a wrong shape',
    `POST ${INSTANCES}`,
    { name: 'X', handle: 'A'.repeat(31) },
    [
      ['handle', 'long'],
      ['handle', 'pattern'],
    ],
  ],
  ['3.2: a handle that is taken', `POST ${INSTANCES}`, { name: 'X', handle: TAKEN }, [['handle', 'unique']]],
  [
    '6.3: a blank name and a taken handle',
    `POST ${INSTANCES}`,
    { handle: TAKEN },
    [
      ['name', 'blank'],
      ['handle', 'unique'],
    ],
  ],
  ['3.7: a transfer to nowhere', `POST ${INSTANCE}/transfer`, {}, [['organization_id', 'blank']]],
];

describe('violations', () => {
  test.each(violations)('%s', async (_, request, body, expected) => {
    const [method = '', path = ''] = request.split(' ');
    const reply = await send(method, fill(path), { token: world.owner, body });
    expect(reply.status).toBe(422);
    const found = asList(reply.json['violations']);
    expect(found.map(({ propertyPath, code }) => [propertyPath, code])).toEqual(expected.map(([path, code]) => [path, CODES[code]]));
    expect(reply.json['detail']).toBe(found.map(({ propertyPath, message }) => `${propertyPath}: ${message}`).join('\n'));
  });

  test('3.2: a handle is unique over all organizations', async () => {
    const reply = await send('POST', `/api/organizations/${world.other}/instances`, {
      token: world.outsider,
      body: { name: 'X', handle: TAKEN },
      headers: { accept: 'application/json' },
    });
    expect(reply.json).toEqual({
      status: 422,
      violations: [{ propertyPath: 'handle', message: 'This value is already used.', code: CODES.unique }],
      detail: 'handle: This value is already used.',
      type: `/validation_errors/${CODES.unique}`,
      title: 'An error occurred',
    });
  });

  test('6.3: a violation in JSON-LD', async () => {
    const { json: found } = await send('POST', '/api/organizations', { token: world.owner, body: {} });
    expect(found).toMatchObject({
      '@context': '/api/contexts/ConstraintViolation',
      '@id': `/api/validation_errors/${CODES.blank}`,
      '@type': 'ConstraintViolation',
      type: `/validation_errors/${CODES.blank}`,
    });
  });

  test('6.3: several violations share one type', async () => {
    const { json: found } = await send('POST', fill(INSTANCES), { token: world.owner, body: {} });
    expect(found['type']).toBe(`/validation_errors/0=${CODES.blank};1=${CODES.blank}`);
  });
});

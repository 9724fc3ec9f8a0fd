import { isUtf8 } from 'node:buffer';
import { helpWith } from '../../hint.ts';
import type { Creation } from '../../http/unknown-outcome.ts';
import { isRecord } from '../../record.ts';
import { type BareOperation, type Operation, pathPart } from '../operation.ts';
import { type Body, textAt } from './body-fields.ts';
import { readNamedInstance, type ZitadelInstance } from './instance.ts';
import { readDetails, readOwner } from './organization.ts';
import { checkedInstanceName } from './rules.ts';

/** What the answer to a create says, and no later one. */
export interface NewInstanceIds {
  readonly id: string;
  /** The instance's first organization. No call of the system API tells it again. */
  readonly first_organization_id: string | null;
  readonly created_at: string | null;
  readonly sequence: string | null;
  /** Secrets of a machine that owns it; they cannot be read again. */
  readonly pat: string | undefined;
  /** A key file, as JSON text; as it came when it is not text in base64. */
  readonly machineKey: string | undefined;
}

/** `POST /system/v1/instances/_create` (contract section 1.2), with a checked body. */
export function createInstance(body: Body): Operation<NewInstanceIds> {
  return {
    action: 'create the instance',
    request: { method: 'POST', path: '/system/v1/instances/_create', json: body },
    interpret: readNewInstance,
    creates: instanceCreation(body),
  };
}

function instanceCreation(body: Body): Creation {
  const [name, domain] = [textAt(body, 'instanceName') ?? '', textAt(body, 'customDomain')];
  return {
    creating: `instance ${JSON.stringify(name)}${domain === undefined ? '' : ` (domain ${domain})`}`,
    check:
      domain === undefined
        ? helpWith(`see whether one has a domain that begins with ${generatedLabel(name)}`, 'instance', 'list')
        : helpWith(`see whether one has the domain ${domain}`, 'instance', 'list'),
  };
}

/** How the domain begins that an instance gets from its name, before six random signs (contract section 1.2). */
function generatedLabel(name: string): string {
  return `${name.trim().replaceAll(' ', '-').toLowerCase()}-`;
}

/** `GET /system/v1/instances/{id}` (contract section 3.2). */
export function getInstance(id: string): Operation<ZitadelInstance> {
  return {
    action: `read instance ${id}`,
    request: { method: 'GET', path: `/system/v1/instances/${pathPart(id)}` },
    interpret: readNamedInstance,
  };
}

/** `GET /admin/v1/instances/me` (contract section 3.2): the instance at the profile's host, for its own administrators. */
export function getOwnInstance(): Operation<ZitadelInstance> {
  return {
    action: 'read the instance of the profile',
    request: { method: 'GET', path: '/admin/v1/instances/me' },
    interpret: readNamedInstance,
  };
}

/** `PUT /system/v1/instances/{id}` (contract section 3.2). */
export function renameInstance(id: string, name: string): BareOperation {
  return {
    action: `rename instance ${id}`,
    request: { method: 'PUT', path: `/system/v1/instances/${pathPart(id)}`, json: { instanceName: checkedInstanceName(name) } },
    ifLost: helpWith('see which name it has', 'instance', 'get', { id }),
  };
}

/** `DELETE /system/v1/instances/{id}` (contract section 3.2). */
export function deleteInstance(id: string): BareOperation {
  return {
    action: `delete instance ${id}`,
    request: { method: 'DELETE', path: `/system/v1/instances/${pathPart(id)}` },
    ifLost: helpWith('see whether it is still there before you run it again', 'instance', 'get', { id }),
  };
}

function readNewInstance(json: unknown): NewInstanceIds | undefined {
  if (!isRecord(json) || typeof json['instanceId'] !== 'string' || json['instanceId'] === '') return undefined;
  const { instanceId: id, details, pat, machineKey } = json;
  const { created_at, sequence } = readDetails(details);
  return {
    id,
    first_organization_id: readOwner(details),
    created_at,
    sequence,
    pat: typeof pat === 'string' && pat !== '' ? pat : undefined,
    machineKey: typeof machineKey === 'string' && machineKey !== '' ? keyText(machineKey) : undefined,
  };
}

/** The text that is in base64; anything else is left as it came, because it comes once only. */
function keyText(machineKey: string): string {
  const bytes = Buffer.from(machineKey, 'base64');
  return bytes.toString('base64') === machineKey && isUtf8(bytes) ? bytes.toString('utf8') : machineKey;
}

import { CliError, detailsOf } from '../../errors.ts';
import { type BareOperation, pathPart } from '../operation.ts';
import { isRouteUnknown } from './problem.ts';

/** The domains of an instance in the system API (contract section 3.2). */
export function instanceDomainsPath(instanceId: string): string {
  return `${pathOf(instanceId)}/domains`;
}

/** A domain of an instance. */
export interface DomainOfInstance {
  readonly instanceId: string;
  readonly domain: string;
}

/** `POST …/domains`. Throws `conflict` for one that this or another instance has. */
export function addInstanceDomain({ instanceId, domain }: DomainOfInstance): BareOperation {
  return {
    action: `add the domain ${domain}`,
    request: { method: 'POST', path: instanceDomainsPath(instanceId), json: { domain }, safe: true },
  };
}

/** `DELETE …/domains/{domain}`. */
export function removeInstanceDomain({ instanceId, domain }: DomainOfInstance): BareOperation {
  return {
    action: `remove the domain ${domain}`,
    request: { method: 'DELETE', path: `${instanceDomainsPath(instanceId)}/${pathPart(domain)}` },
  };
}

/** `POST …/domains/_set_primary`. */
export function setPrimaryInstanceDomain({ instanceId, domain }: DomainOfInstance): BareOperation {
  return {
    action: `make ${domain} the primary domain`,
    request: { method: 'POST', path: `${instanceDomainsPath(instanceId)}/_set_primary`, json: { domain }, safe: true },
  };
}

/** `PUT …/limits` (from the official descriptors): a blocked instance answers 429 to all but the system API. */
export function blockInstance(id: string, block: boolean): BareOperation {
  return {
    action: `${block ? 'block' : 'unblock'} instance ${id}`,
    request: { method: 'PUT', path: `${pathOf(id)}/limits`, json: { block }, safe: true },
    refused: (response, error) =>
      isRouteUnknown(response) || response.status === 501
        ? new CliError('usage', 'this ZITADEL has no limits of instances, and blocks none', {
            ...detailsOf(error),
            hint: 'its operator has to install a newer version',
          })
        : undefined,
  };
}

function pathOf(instanceId: string): string {
  return `/system/v1/instances/${pathPart(instanceId)}`;
}

import { CliError } from '../../errors.ts';
import { problemToCliError, readJson } from '../../http/problem.ts';
import { isWebPage } from '../../http/problem-document.ts';
import { TransportError, toCliError } from '../../http/transport-error.ts';
import type { Instance } from '../instance.ts';
import type { IdentityProvider, InstanceQuery } from '../provider.ts';
import { createSession, type SessionOptions } from '../session.ts';
import { followPages } from './collection.ts';
import { createInstance, getInstance, instancesPage, readInstance } from './instances.ts';
import { createOrganization, getOrganization } from './organizations.ts';

/** The adapter for Flowkiwi Identity. */
export function flowkiwiProvider(options: SessionOptions): IdentityProvider {
  const session = createSession(options);

  function listInstances(organizationId: string, query: InstanceQuery = {}): AsyncIterable<Instance> {
    const action = `list the instances of organization ${organizationId}`;
    return followPages({ session, origin: options.url, action, first: instancesPage(organizationId, query), readItem: readInstance });
  }

  async function findInstance(organizationId: string, handle: string): Promise<Instance> {
    // The filter matches parts of handles too (contract section 3.4).
    for await (const instance of listInstances(organizationId, { handle })) {
      if (instance.handle === handle) return instance;
    }
    throw new CliError('not_found', `organization ${organizationId} has no instance with the handle ${handle}`, {
      hint: `flowkiwi instance list --org ${organizationId} shows the instances that are there`,
    });
  }

  /** Identity has no call that only tells who one is; reading an organization that cannot exist tells whether the token is accepted. */
  async function checkCredential(): Promise<void> {
    const response = await session
      .send({ method: 'GET', path: '/api/organizations/00000000-0000-0000-0000-000000000000' })
      .catch((error) => {
        throw error instanceof TransportError ? toCliError(error) : error;
      });
    if (response.status === 401 || response.status === 429 || response.status >= 500) {
      const { source, remedy } = options.credential;
      throw problemToCliError(response, { action: 'check the credential', credential: source, remedy });
    }
    // Whoever answers with a page has not looked at the credential.
    if (response.status < 400 || isWebPage(response)) readJson(response);
  }

  return {
    createOrganization: (name) => session.run(createOrganization(name)),
    getOrganization: (id) => session.run(getOrganization(id)),
    createInstance: (organizationId, instance) => session.run(createInstance(organizationId, instance)),
    getInstance: (organizationId, instanceId) => session.run(getInstance(organizationId, instanceId)),
    listInstances,
    findInstance,
    checkCredential,
  };
}

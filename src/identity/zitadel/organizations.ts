import type { Clock } from '../../edges.ts';
import { CliError, isCliError } from '../../errors.ts';
import { helpWith } from '../../hint.ts';
import type { HttpResponse } from '../../http/client.ts';
import { problemToCliError, readJson } from '../../http/problem.ts';
import { TransportError, toCliError } from '../../http/transport-error.ts';
import type { Credential } from '../credential.ts';
import type { ApiRequest } from '../operation.ts';
import type { OnShortList } from '../pages.ts';
import type { Session } from '../session.ts';
import { textAt } from './body-fields.ts';
import { readOrganization, type ZitadelOrganization } from './organization.ts';
import {
  createOrganization,
  createOrganizationWithId,
  deleteOrganization,
  getOrganization,
  getOrganizationAsMember,
  OWN_ID_PROBE,
  type OwnId,
  ownIdField,
  renameOrganization,
  setUpOrganization,
} from './organization-requests.ts';
import { explained } from './problem.ts';
import { findLost, search } from './search.ts';
import type { ZitadelIdentity, ZitadelOrganizationQuery } from './zitadel-identity.ts';

export interface OrganizationCallsOptions {
  readonly session: Session;
  readonly credential: Pick<Credential, 'source' | 'remedy'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds that are left for looking for what was lost; undefined without a limit. */
  readonly leftMs?: (() => number | undefined) | undefined;
  readonly onShortList?: OnShortList | undefined;
}

type OrganizationCalls = Pick<
  ZitadelIdentity,
  | 'createOrganization'
  | 'setUpOrganization'
  | 'getOrganization'
  | 'getOwnOrganization'
  | 'findOrganization'
  | 'listOrganizations'
  | 'renameOrganization'
  | 'deleteOrganization'
  | 'checkCredential'
>;

/** The part of the adapter that is about organizations. */
export function organizationCalls({
  session,
  credential,
  clock,
  signal,
  leftMs,
  onShortList: onShort,
}: OrganizationCallsOptions): OrganizationCalls {
  async function getThere(id: string): Promise<ZitadelOrganization> {
    try {
      return await session.run(getOrganization(id));
    } catch (error) {
      // An owner who has no role in the instance may read it all the same, as its member.
      if (!isForbidden(error)) throw error;
      return getAsMember(id).catch((reason) => {
        throw isForbidden(reason) ? error : reason;
      });
    }
  }

  /** Proves as well that the header which names the organization arrives: without it, what follows would happen to the caller's own. */
  async function getAsMember(id: string): Promise<ZitadelOrganization> {
    const organization = await session.run(getOrganizationAsMember(id));
    if (organization.id !== id) throw headerLost(id, organization);
    return organization;
  }

  async function getLiving(id: string): Promise<ZitadelOrganization> {
    const organization = await getThere(id);
    if (organization.state !== 'removed') return organization;
    throw new CliError('not_found', `organization ${id} is deleted`, { hint: helpWith('to see those that are there', 'org', 'list') });
  }

  async function findOrganization(name: string): Promise<ZitadelOrganization | undefined> {
    const found = searchFor(ALL, `look for the organization ${JSON.stringify(name)}`, {
      queries: [nameQuery(name.trim(), 'EQUALS_IGNORE_CASE')],
    });
    for await (const organization of found) return organization;
    return undefined;
  }

  async function* listOrganizations({ name, limit }: ZitadelOrganizationQuery = {}): AsyncGenerator<ZitadelOrganization> {
    const action = 'list the organizations';
    const query = { limit, onShort, ...(name !== undefined && { queries: [nameQuery(name, 'CONTAINS_IGNORE_CASE')] }) };
    let refused: unknown;
    try {
      yield* searchFor(ALL, action, query);
      return;
    } catch (error) {
      if (!isForbidden(error)) throw error;
      refused = error;
    }
    // Only administrators of the instance may see all; v2 shows the caller those of their own (contract section 10.13).
    let isEmpty = true;
    try {
      for await (const organization of searchFor(VISIBLE, action, query)) {
        isEmpty = false;
        yield organization;
      }
    } catch (error) {
      throw isCliError(error) && error.status === 404 ? refused : error;
    }
    if (isEmpty && name === undefined) throw refused;
  }

  function searchFor(
    { path, column }: SearchedBy,
    action: string,
    { queries, ...wanted }: OrganizationSearch,
  ): AsyncIterable<ZitadelOrganization> {
    const sort = { column, ascending: true };
    return search({ session, action, path, sort, ...(queries && { queries }), readItem: readOrganization, ...wanted });
  }

  /** Runs a create; when its answer is lost, what it made is found by its name, which is unique. */
  async function orFind<T>(name: string, create: () => Promise<T>, made: (organization: ZitadelOrganization) => T): Promise<T> {
    const sentAt = clock.now();
    try {
      return await create();
    } catch (error) {
      if (!isCliError(error) || error.code !== 'unknown_outcome') throw error;
      const what = `organization ${JSON.stringify(name)}`;
      return made(await findLost({ what, sentAt, lost: error, lookUp: () => findOrganization(name), clock, signal, leftMs }));
    }
  }

  /** The answer itself, whatever its status. */
  async function answerTo(request: ApiRequest): Promise<HttpResponse> {
    return session.send(request).catch((error) => {
      throw error instanceof TransportError ? toCliError(error) : error;
    });
  }

  function problemOf(response: HttpResponse, action: string): CliError {
    const error = problemToCliError(response, { action, credential: credential.source, remedy: credential.remedy });
    return explained(response, error) ?? error;
  }

  /** The id in the field that the server knows. Throws when it cannot be asked: nothing has been created then. */
  async function asOwnId(id: string): Promise<OwnId> {
    const response = await answerTo(OWN_ID_PROBE);
    const { status } = response;
    if (status === 429 || (status >= 500 && status !== 501)) throw problemOf(response, 'create the organization');
    return { id, field: ownIdField(response) };
  }

  /** There is no call that only tells who one is; what one may do does not matter. */
  async function checkCredential(): Promise<void> {
    const response = await answerTo(getOrganizationAsMember(undefined).request);
    if (response.status === 403) return;
    await session.assertOwn(response, 'check the credential');
    if (response.status >= 400) throw problemOf(response, 'check the credential');
    readJson(response);
  }

  return {
    createOrganization: async (name, { id, within }) => {
      const creation = id === undefined ? createOrganization(name, within) : createOrganizationWithId(name, await asOwnId(id));
      return orFind(
        name,
        () => session.run(creation),
        (organization) => organization,
      );
    },
    setUpOrganization: (body) =>
      orFind(
        textAt(body, 'org.name') ?? '',
        () => session.run(setUpOrganization(body)),
        (organization) => ({ organization, user_id: null }),
      ),
    getOrganization: getLiving,
    getOwnOrganization: () => session.run(getOrganizationAsMember(undefined)),
    findOrganization,
    listOrganizations,
    renameOrganization: async (id, name) => {
      await getAsMember(id);
      await session.perform(renameOrganization(id, name));
      return getLiving(id);
    },
    deleteOrganization: async (id) => {
      try {
        await session.perform(deleteOrganization(id, 'administrator'));
      } catch (error) {
        if (!isForbidden(error)) throw error;
        await getAsMember(id).catch((reason) => {
          throw isForbidden(reason) ? error : reason;
        });
        await session.perform(deleteOrganization(id, 'owner'));
      }
    },
    checkCredential,
  };
}

interface SearchedBy {
  readonly path: string;
  /** The API's name of the organization's name. */
  readonly column: string;
}

/** Contract sections 3.1 and 3.3. */
const ALL: SearchedBy = { path: '/admin/v1/orgs/_search', column: 'ORG_FIELD_NAME_NAME' };
const VISIBLE: SearchedBy = { path: '/v2/organizations/_search', column: 'ORGANIZATION_FIELD_NAME_NAME' };

interface OrganizationSearch {
  readonly queries?: readonly Readonly<Record<string, unknown>>[];
  readonly limit?: number | undefined;
  readonly onShort?: OnShortList | undefined;
}

function nameQuery(name: string, method: 'EQUALS_IGNORE_CASE' | 'CONTAINS_IGNORE_CASE'): Readonly<Record<string, unknown>> {
  return { nameQuery: { name, method: `TEXT_QUERY_METHOD_${method}` } };
}

/** Whether a role is missing, which another way to ask may need less of. An instance that is blocked answers to nobody. */
function isForbidden(error: unknown): boolean {
  return isCliError(error) && error.code === 'forbidden' && error.status === 403;
}

/** Something between here and there drops the header that names the organization. */
function headerLost(id: string, { id: other }: ZitadelOrganization): CliError {
  return new CliError('unavailable', `the server was asked for organization ${id} and answers with ${other}`, {
    hint: 'a proxy may drop the header x-zitadel-orgid; --debug shows the exchange',
  });
}

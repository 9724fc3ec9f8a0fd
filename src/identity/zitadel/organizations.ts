import type { Clock } from '../../edges.ts';
import { type CliError, isCliError } from '../../errors.ts';
import type { HttpResponse } from '../../http/client.ts';
import { problemToCliError, readJson } from '../../http/problem.ts';
import type { ServerClock } from '../../http/server-clock.ts';
import { TransportError, toCliError } from '../../http/transport-error.ts';
import type { Credential } from '../credential.ts';
import type { ApiRequest } from '../operation.ts';
import type { OnShortList } from '../pages.ts';
import type { Session } from '../session.ts';
import { type Body, textAt } from './body-fields.ts';
import { getCaller } from './caller.ts';
import { readOrganization, type ZitadelOrganization } from './organization.ts';
import { getOrganizationAsMember, living, readInContext } from './organization-context.ts';
import {
  activateOrganization,
  createOrganization,
  createOrganizationWithId,
  deleteOrganization,
  findUser,
  getOrganization,
  isUnique,
  noOwnIds,
  OWN_ID_PROBE,
  type OwnId,
  ownIdField,
  renameOrganization,
  type SetUp,
  setUpOrganization,
  V4_PROBE,
} from './organization-requests.ts';
import { explained, isRouteUnknown } from './problem.ts';
import { performUnless } from './repeatable.ts';
import { generatedDomain } from './rules.ts';
import { findLost, search } from './search.ts';
import type { ZitadelIdentity, ZitadelOrganizationQuery } from './zitadel-identity.ts';

export interface OrganizationCallsOptions {
  readonly session: Session;
  readonly credential: Pick<Credential, 'source' | 'remedy'>;
  readonly clock: Clock;
  readonly serverClock: ServerClock;
  /** Name of the instance's host, from which domains are made. */
  readonly host: string;
  readonly signal: AbortSignal;
  /** Milliseconds that are left for looking for what was lost; undefined without a limit. */
  readonly leftMs?: (() => number | undefined) | undefined;
  readonly onShortList?: OnShortList | undefined;
  /** Told of something that was changed and cannot be read. */
  readonly onUnread?: ((message: string) => void) | undefined;
}

type OrganizationCalls = Pick<
  ZitadelIdentity,
  | 'createOrganization'
  | 'setUpOrganization'
  | 'getOrganization'
  | 'getCaller'
  | 'getOrganizationInContext'
  | 'setOrganizationActive'
  | 'getOwnOrganization'
  | 'findOrganization'
  | 'isOnlyDomainTaken'
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
  serverClock,
  host,
  signal,
  leftMs,
  onShortList: onShort,
  onUnread,
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

  const getAsMember = (id: string) => readInContext(session, id);

  async function getLiving(id: string): Promise<ZitadelOrganization> {
    return living(await getThere(id));
  }

  async function setActive(id: string, isActive: boolean): Promise<'changed' | 'unchanged'> {
    const isSo = isActive ? IS_ACTIVE : IS_INACTIVE;
    return (await performUnless(isSo, () => session.perform(activateOrganization(id, isActive)))) ? 'changed' : 'unchanged';
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
  async function createOrFind(name: string, create: () => Promise<ZitadelOrganization>): Promise<ZitadelOrganization> {
    const sentAt = clock.now();
    try {
      return await create();
    } catch (error) {
      return findCreated(name, sentAt, lostIn(error));
    }
  }

  /** The same for a set-up, whose proof is its administrator: the name may have been taken by another one just before. */
  async function setUpOrFind(body: Body): Promise<SetUp> {
    const [name = '', userName = ''] = [textAt(body, 'org.name'), textAt(body, 'human.userName')];
    const sentAt = clock.now();
    try {
      return await session.run(setUpOrganization(body));
    } catch (error) {
      const lost = lostIn(error);
      let userId: string | null = null;
      const organization = await findCreated(name, sentAt, lost, async ({ id, created_at }) => {
        userId = await session.run(findUser(id, userName));
        // With the same administrator it may be that of an earlier set-up as well, which nobody can tell apart.
        if (userId !== null && serverClock.follows(created_at, sentAt) === false) throw lost;
        return userId !== null;
      });
      return { organization, user_id: userId };
    }
  }

  function findCreated(
    name: string,
    sentAt: number,
    lost: CliError,
    isWanted?: (organization: ZitadelOrganization) => Promise<boolean>,
  ): Promise<ZitadelOrganization> {
    const lookUp = () => findOrganization(name);
    const what = `organization ${JSON.stringify(name)}`;
    const ofSetUp = isWanted && { isWanted, ifTaken: 'choose another name' };
    return findLost({ what, sentAt, serverClock, lost, lookUp, clock, signal, leftMs, ...ofSetUp });
  }

  /** Whether the name is free, and the domain made from it is not. False also where the caller may not ask. */
  async function isOnlyDomainTaken(name: string): Promise<boolean> {
    try {
      const isFree = await session.run(isUnique({ name: name.trim() }));
      return isFree && !(await session.run(isUnique({ domain: generatedDomain(name, host) })));
    } catch (error) {
      if (isForbidden(error)) return false;
      throw error;
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
    const field = ownIdField(await probe(OWN_ID_PROBE));
    // Before v4.0 the field was passed over, and the organization got another id.
    if (field === 'orgId' && isRouteUnknown(await probe(V4_PROBE))) throw noOwnIds();
    return { id, field };
  }

  async function probe(request: ApiRequest): Promise<HttpResponse> {
    const response = await answerTo(request);
    const { status } = response;
    if (status === 429 || (status >= 500 && status !== 501)) throw problemOf(response, 'create the organization');
    return response;
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
      return createOrFind(name, () => session.run(creation));
    },
    setUpOrganization: setUpOrFind,
    isOnlyDomainTaken,
    getOrganization: getLiving,
    getCaller: () => session.run(getCaller()),
    getOrganizationInContext: async (id) => living(await getAsMember(id)),
    getOwnOrganization: () => session.run(getOrganizationAsMember(undefined)),
    setOrganizationActive: setActive,
    findOrganization,
    listOrganizations,
    renameOrganization: async (id, name) => {
      const before = await getAsMember(id);
      await session.perform(renameOrganization(id, name));
      try {
        return await getLiving(id);
      } catch (error) {
        // It is done. Who is told of a failure tries it once more, which the server refuses.
        if (!isCliError(error) || signal.aborted) throw error;
        onUnread?.(`organization ${id} was renamed, and cannot be read: ${error.message}`);
        return { ...before, name, primary_domain: null, updated_at: null, sequence: null };
      }
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

/** The ids of the errors for what is so already. */
const IS_ACTIVE = 'EVENT-bfnrh';
const IS_INACTIVE = 'EVENT-Dbs2g';

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

/** The `unknown_outcome` that a create ended with; throws anything else. */
function lostIn(error: unknown): CliError {
  if (isCliError(error) && error.code === 'unknown_outcome') return error;
  throw error;
}

/** Whether a role is missing, which another way to ask may need less of. An instance that is blocked answers to nobody. */
function isForbidden(error: unknown): boolean {
  return isCliError(error) && error.code === 'forbidden' && error.status === 403;
}

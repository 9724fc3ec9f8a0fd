import type { MessageInitShape } from '@bufbuild/protobuf';
import { ManagementService } from '@zitadel/proto/zitadel/management_pb';
import { type ProjectSchema, ProjectState } from '@zitadel/proto/zitadel/project_pb';
import type { InstanceCall } from '../calls/call.ts';
import { notFound } from '../status.ts';
import { nextId } from '../store/ids.ts';
import { findOrganization } from '../store/organization-store.ts';
import { findProject, insertProject, listProjects, type ProjectRecord, removeProject } from '../store/project-store.ts';
import { addedDetails, changedDetails, readDetails } from './details.ts';
import { type Handler, instanceHandler } from './handler.ts';
import { compareTexts, listDetails, matchesText, pageOf } from './search.ts';

/** Projects of the organization in whose name the call is made. */
export const projectHandlers: readonly Handler[] = [
  instanceHandler(ManagementService.method.addProject, ({ database, instance, organizationId, now }, { name }) => {
    const organization = findOrganization(database, instance.id, organizationId);
    if (organization === undefined) throw notFound('QUERY-leq5Q', 'Organisation not found');
    const project = { id: nextId(now), instanceId: instance.id, organizationId: organization.id, name, createdAt: now };
    database.transaction(() => insertProject(database, project));
    return { id: project.id, details: addedDetails({ sequence: 1, createdAt: now }, organization.id) };
  }),
  instanceHandler(ManagementService.method.getProjectByID, (call, { id }) => ({ project: projectMessage(projectOf(call, id)) })),
  instanceHandler(ManagementService.method.listProjects, (call, { query, queries }) => {
    const found = listProjects(call.database, call.organizationId).filter(({ name }) =>
      queries.every(({ query: { case: kind, value } }) => kind !== 'nameQuery' || matchesText(name, value.name, value.method)),
    );
    const result = pageOf(found, query, (a, b) => compareTexts(a.name, b.name)).map(projectMessage);
    return { details: listDetails(found, query, call), result };
  }),
  instanceHandler(ManagementService.method.removeProject, (call, { id }) => {
    const project = projectOf(call, id);
    call.database.transaction(() => removeProject(call.database, project.id));
    return { details: changedDetails({ sequence: 2, changedAt: call.now }, project.organizationId) };
  }),
];

/** The project of that id. Throws 404 for one of another organization. */
export function projectOf({ database, organizationId }: InstanceCall, id: string): ProjectRecord {
  const project = findProject(database, organizationId, id);
  if (project === undefined) throw notFound('QUERY-fk2fs', 'Project could not be found');
  return project;
}

function projectMessage({ id, organizationId, name, createdAt }: ProjectRecord): MessageInitShape<typeof ProjectSchema> {
  const details = readDetails({ sequence: 1, createdAt, changedAt: createdAt }, organizationId);
  return { id, details, name, state: ProjectState.ACTIVE };
}

import type { InstanceCall } from '../calls/call.ts';
import { failedPrecondition, invalidArgument } from '../status.ts';
import { listInstanceDomains, removeInstanceDomain } from '../store/instance-domain-store.ts';
import { changeInstance, findInstance, type InstanceRecord } from '../store/instance-store.ts';
import { listOrganizations } from '../store/organization-store.ts';
import { NOW } from '../store/point-in-time.ts';
import { removeProjectsOf } from '../store/project-store.ts';
import { releaseAllOf } from '../store/unique-values.ts';
import { removeUsersOf } from '../store/user-store.ts';

/** What is done to instances. Each change answers the instance as it is then. */

type Change = Pick<InstanceCall, 'database' | 'instance' | 'now'>;

/** Throws `INST-092mid` for a blank name, which the old server takes, and `INST-alpxism` when it has this name. */
export function renameInstance(call: Change & Pick<InstanceCall, 'switches'>, name: string): InstanceRecord {
  const { database, instance, now, switches } = call;
  if (name.trim() === '' && switches.zitadel !== '2.70') throw invalidArgument('INST-092mid', 'Errors.Invalid.Argument');
  const current = findInstance(database, instance.id) ?? instance;
  if (name === current.name) throw failedPrecondition('INST-alpxism', 'Instance not changed');
  return database.transaction(() => changeInstance(database, current, { name }, 1, now));
}

/** Removes it with all that is in it. */
export function removeInstance({ database, instance, now }: Change): InstanceRecord {
  const current = findInstance(database, instance.id) ?? instance;
  return database.transaction(() => {
    for (const { id } of listOrganizations(database, instance.id, NOW)) {
      removeUsersOf(database, id);
      removeProjectsOf(database, id);
      releaseAllOf(database, id);
    }
    for (const domain of listInstanceDomains(database, instance.id, NOW)) removeInstanceDomain(database, domain, now);
    return changeInstance(database, current, { isRemoved: true }, 1, now);
  });
}

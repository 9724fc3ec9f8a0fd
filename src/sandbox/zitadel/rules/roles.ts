const PROJECT_WRITERS = ['IAM_OWNER', 'IAM_ORG_MANAGER', 'ORG_OWNER'];
const PROJECT_READERS = [...PROJECT_WRITERS, 'IAM_OWNER_VIEWER', 'ORG_OWNER_VIEWER'];

/** Roles of the default configuration by the permissions that calls of the sandbox ask for (`InternalAuthZ.RolePermissionMappings`). */
const ROLES_WITH: Readonly<Record<string, readonly string[]>> = {
  'system.instance.read': ['SYSTEM_OWNER', 'SYSTEM_OWNER_VIEWER'],
  'system.instance.write': ['SYSTEM_OWNER'],
  'system.instance.delete': ['SYSTEM_OWNER'],
  'system.domain.read': ['SYSTEM_OWNER', 'SYSTEM_OWNER_VIEWER'],
  'system.domain.write': ['SYSTEM_OWNER'],
  'system.domain.delete': ['SYSTEM_OWNER'],
  'iam.read': ['IAM_OWNER', 'IAM_OWNER_VIEWER', 'IAM_LOGIN_CLIENT'],
  'iam.write': ['IAM_OWNER'],
  'org.create': ['IAM_OWNER', 'IAM_ORG_MANAGER', 'SELF_MANAGEMENT_GLOBAL'],
  'org.read': [
    'IAM_OWNER',
    'IAM_OWNER_VIEWER',
    'IAM_ORG_MANAGER',
    'IAM_USER_MANAGER',
    'IAM_LOGIN_CLIENT',
    'ORG_OWNER',
    'ORG_OWNER_VIEWER',
    'ORG_USER_MANAGER',
    'ORG_SETTINGS_MANAGER',
    'ORG_USER_PERMISSION_EDITOR',
    'ORG_PROJECT_PERMISSION_EDITOR',
  ],
  'org.write': ['IAM_OWNER', 'IAM_ORG_MANAGER', 'ORG_OWNER', 'ORG_SETTINGS_MANAGER'],
  'org.delete': ['IAM_OWNER', 'IAM_ORG_MANAGER', 'ORG_OWNER'],
  'org.member.read': ['IAM_OWNER', 'IAM_OWNER_VIEWER', 'IAM_ORG_MANAGER', 'ORG_OWNER', 'ORG_OWNER_VIEWER'],
  'org.member.write': ['IAM_OWNER', 'IAM_ORG_MANAGER', 'ORG_OWNER'],
  'org.member.delete': ['IAM_OWNER', 'IAM_ORG_MANAGER', 'ORG_OWNER'],
  'user.read': [
    'IAM_OWNER',
    'IAM_OWNER_VIEWER',
    'IAM_ORG_MANAGER',
    'IAM_USER_MANAGER',
    'ORG_OWNER',
    'ORG_OWNER_VIEWER',
    'ORG_USER_MANAGER',
  ],
  'user.write': ['IAM_OWNER', 'IAM_ORG_MANAGER', 'IAM_USER_MANAGER', 'ORG_OWNER', 'ORG_USER_MANAGER'],
  'project.read': PROJECT_READERS,
  'project.create': ['IAM_OWNER', 'IAM_ORG_MANAGER', 'ORG_OWNER', 'ORG_PROJECT_CREATOR'],
  'project.write': PROJECT_WRITERS,
  'project.delete': PROJECT_WRITERS,
  'project.app.read': PROJECT_READERS,
  'project.app.write': PROJECT_WRITERS,
  'project.app.delete': PROJECT_WRITERS,
  'org.global.read': ['IAM_OWNER', 'IAM_ORG_MANAGER', 'IAM_USER_MANAGER', 'ORG_OWNER'],
};

const OTHER_ROLES = [
  'IAM_ADMIN_IMPERSONATOR',
  'IAM_END_USER_IMPERSONATOR',
  'ORG_USER_SELF_MANAGER',
  'ORG_ADMIN_IMPERSONATOR',
  'ORG_END_USER_IMPERSONATOR',
];

const ROLES = new Set([...Object.values(ROLES_WITH).flat(), ...OTHER_ROLES]);

/** Who may do what the sandbox knows only by its descriptor. */
const OWNERS: Readonly<Record<string, string>> = { system: 'SYSTEM_OWNER', iam: 'IAM_OWNER' };

/** Whether the role has the permission. */
export function hasPermission(role: string, permission: string): boolean {
  const roles = ROLES_WITH[permission];
  if (roles === undefined) return role === (OWNERS[permission.split('.', 1)[0] ?? ''] ?? 'IAM_OWNER');
  return roles.includes(role);
}

/** The roles that members of an organization can have, as the server lists them. */
export function organizationRoles(): string[] {
  return [...ROLES].filter((role) => role.startsWith('ORG_')).sort();
}

export function isKnownRole(role: string): boolean {
  return ROLES.has(role);
}

/** Whether a member of an organization may have these roles: known ones for organizations, or the one for managing oneself. */
export function areOrganizationRoles(roles: readonly string[]): boolean {
  return roles.every((role) => role.startsWith('ORG_') && isKnownRole(role)) || roles.every((role) => role === 'SELF_MANAGEMENT_GLOBAL');
}

import { isRecord } from '../../../record.ts';
import type { InstanceCall } from '../calls/call.ts';
import { createHuman } from '../creation.ts';
import { checkHashable, type NewHuman } from '../rules/human.ts';
import { putMember } from '../store/member-store.ts';
import type { OrganizationRecord } from '../store/organization-store.ts';

/** A person as the v2 API and its beta have one added: what their messages have in common. */
interface HumanRequest {
  readonly username?: string | undefined;
  readonly profile?:
    | {
        readonly givenName: string;
        readonly familyName: string;
        readonly nickName?: string | undefined;
        readonly displayName?: string | undefined;
        readonly preferredLanguage?: string | undefined;
      }
    | undefined;
  readonly email?:
    | { readonly email: string; readonly verification: { readonly case?: string | undefined; readonly value?: unknown } }
    | undefined;
  readonly phone?: { readonly phone: string } | undefined;
  readonly passwordType: { readonly case?: string | undefined; readonly value?: unknown };
}

/** Adds a person with roles in a new organization; answers their id. */
export function addAdministrator(
  { database, now }: InstanceCall,
  organization: OrganizationRecord,
  human: NewHuman,
  roles: readonly string[],
): string {
  const { id } = createHuman(database, organization, human, now);
  checkHashable(human.password);
  putMember(database, id, organization.id, roles);
  return id;
}

/** A person to be added, as a message names them. */
export function newHumanV2({ username = '', profile, email, phone, passwordType }: HumanRequest): NewHuman {
  return {
    // Without a name, people are known by their address.
    userName: username === '' ? (email?.email ?? '') : username,
    password: passwordType.case === 'password' ? passwordOf(passwordType.value) : '',
    firstName: profile?.givenName ?? '',
    lastName: profile?.familyName ?? '',
    nickName: profile?.nickName ?? '',
    displayName: profile?.displayName ?? '',
    preferredLanguage: profile?.preferredLanguage ?? '',
    email: email?.email ?? '',
    isEmailVerified: email?.verification.case === 'isVerified' && email.verification.value === true,
    phone: phone?.phone ?? '',
  };
}

function passwordOf(value: unknown): string {
  return isRecord(value) && typeof value['password'] === 'string' ? value['password'] : '';
}

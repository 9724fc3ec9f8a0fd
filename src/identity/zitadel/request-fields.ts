import type { BodyField } from './body-fields.ts';
import {
  domainProblem,
  emailProblem,
  instanceNameProblem,
  LONGEST_NAME,
  languageProblem,
  organizationNameProblem,
  passwordProblem,
  phoneProblem,
  roleProblem,
} from './rules.ts';

/** By their numbers in the proto file. */
const GENDERS = ['unspecified', 'female', 'male', 'diverse'] as const;

/** The API's name of a gender: `GENDER_FEMALE`. */
export function genderName(gender: string): string {
  return `GENDER_${gender.toUpperCase()}`;
}

const LONGEST_LANGUAGE = 10;
const LONGEST_PHONE = 50;

/** Every field of `POST /admin/v1/orgs/_setup` (contract section 1.3). */
export const SET_UP_FIELDS: readonly BodyField[] = [
  { path: 'org.name', flag: 'NAME', type: 'text', required: true, problem: organizationNameProblem },
  { path: 'org.domain', flag: '--domain', type: 'text', problem: domainProblem },
  { path: 'human.userName', flag: '--user-name', type: 'text', required: true, longest: LONGEST_NAME },
  { path: 'human.profile.firstName', flag: '--first-name', type: 'text', required: true, longest: LONGEST_NAME },
  { path: 'human.profile.lastName', flag: '--last-name', type: 'text', required: true, longest: LONGEST_NAME },
  { path: 'human.profile.nickName', flag: '--nick-name', type: 'text', longest: LONGEST_NAME },
  { path: 'human.profile.displayName', flag: '--display-name', type: 'text', longest: LONGEST_NAME },
  { path: 'human.profile.preferredLanguage', flag: '--language', type: 'text', longest: LONGEST_LANGUAGE, problem: languageProblem },
  { path: 'human.profile.gender', flag: '--gender', type: 'text', values: GENDERS.map(genderName) },
  { path: 'human.email.email', flag: '--email', type: 'text', required: true, problem: emailProblem },
  { path: 'human.email.isEmailVerified', flag: '--email-verified', type: 'switch' },
  { path: 'human.phone.phone', flag: '--phone', type: 'text', longest: LONGEST_PHONE, problem: phoneProblem },
  { path: 'human.phone.isPhoneVerified', flag: '--phone-verified', type: 'switch' },
  { path: 'human.password', flag: '--password-stdin', type: 'text', problem: passwordProblem },
  { path: 'roles', flag: '--role', type: 'texts', problem: roleProblem },
];

const INSTANCE_FIELDS: readonly BodyField[] = [
  { path: 'instanceName', flag: 'NAME', type: 'text', required: true, problem: instanceNameProblem },
  { path: 'firstOrgName', flag: '--first-org', type: 'text', problem: organizationNameProblem },
  { path: 'customDomain', flag: '--domain', type: 'text', problem: domainProblem },
  { path: 'defaultLanguage', flag: '--language', type: 'text', longest: LONGEST_LANGUAGE, problem: languageProblem },
];

/** The fields of `POST /system/v1/instances/_create` for an instance that a person owns (contract section 1.2). */
export const HUMAN_INSTANCE_FIELDS: readonly BodyField[] = [
  ...INSTANCE_FIELDS,
  { path: 'human.userName', flag: '--user-name', type: 'text', required: true, longest: LONGEST_NAME },
  { path: 'human.profile.firstName', flag: '--first-name', type: 'text', required: true, longest: LONGEST_NAME },
  { path: 'human.profile.lastName', flag: '--last-name', type: 'text', required: true, longest: LONGEST_NAME },
  { path: 'human.profile.preferredLanguage', flag: '--language', type: 'text', longest: LONGEST_LANGUAGE, problem: languageProblem },
  { path: 'human.email.email', flag: '--email', type: 'text', required: true, longest: LONGEST_NAME, problem: emailProblem },
  { path: 'human.email.isEmailVerified', flag: '--email-verified', type: 'switch' },
  { path: 'human.password.password', flag: '--password-stdin', type: 'text', problem: passwordProblem },
  { path: 'human.password.passwordChangeRequired', flag: '--password-change-required', type: 'switch' },
];

/** The same for one that a machine owns. Dates are RFC 3339. */
export const MACHINE_INSTANCE_FIELDS: readonly BodyField[] = [
  ...INSTANCE_FIELDS,
  { path: 'machine.userName', flag: '--machine-user-name', type: 'text', required: true, longest: LONGEST_NAME },
  { path: 'machine.name', flag: '--machine', type: 'text', required: true, longest: LONGEST_NAME },
  { path: 'machine.personalAccessToken.expirationDate', flag: '--pat-expires', type: 'text' },
  { path: 'machine.machineKey.type', flag: '--key-out', type: 'text' },
  { path: 'machine.machineKey.expirationDate', flag: '--key-expires', type: 'text' },
];

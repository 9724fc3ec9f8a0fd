import { type Timestamp, timestampMs } from '@bufbuild/protobuf/wkt';
import type {
  CreateInstanceRequest_Email,
  CreateInstanceRequest_Machine,
  CreateInstanceRequest_Password,
  CreateInstanceRequest_Profile,
} from '@zitadel/proto/zitadel/system_pb';
import { failedPrecondition, invalidArgument } from '../status.ts';
import { checkHuman, type NewHuman } from './human.ts';

/** The first user of a new instance. Expiries are in milliseconds since the Unix epoch, undefined for what is not wanted. */
export type InstanceOwner =
  | { readonly kind: 'human'; readonly human: NewHuman }
  | {
      readonly kind: 'machine';
      readonly userName: string;
      readonly name: string;
      readonly tokenExpiresAt: number | undefined;
      readonly keyExpiresAt: number | undefined;
    };

interface HumanRequest {
  readonly userName: string;
  readonly email?: Pick<CreateInstanceRequest_Email, 'email' | 'isEmailVerified'> | undefined;
  readonly profile?: Pick<CreateInstanceRequest_Profile, 'firstName' | 'lastName' | 'preferredLanguage'> | undefined;
  readonly password?: Pick<CreateInstanceRequest_Password, 'password'> | undefined;
}

/** The end of time, for credentials that do not expire. */
const NEVER = Date.UTC(9999, 11, 31, 23, 59, 59);

/** A human owner, whose user name gets the domain of the first organization unless it has one. Throws 400 for missing names and a bad address. */
export function humanOwner({ userName, email, profile, password }: HumanRequest, organizationDomain: string): InstanceOwner {
  const human = checkHuman({
    userName: userName.includes('@') ? userName : `${userName}@${organizationDomain}`,
    firstName: profile?.firstName ?? '',
    lastName: profile?.lastName ?? '',
    preferredLanguage: profile?.preferredLanguage ?? '',
    email: email?.email ?? '',
    isEmailVerified: email?.isEmailVerified ?? false,
    password: password?.password ?? '',
  });
  return { kind: 'human', human };
}

/** A machine owner. Throws 400 for a missing name and an expiry in the past. */
export function machineOwner(
  { userName, name, personalAccessToken, machineKey }: CreateInstanceRequest_Machine,
  now: number,
): InstanceOwner {
  if (name === '' && userName === '') throw failedPrecondition('PROJE-hzxwo', 'Errors.Invalid.Argument');
  if (name === '') throw invalidArgument('COMMAND-bs9Ds', 'Errors.User.Invalid');
  if (userName === '') throw invalidArgument('COMMAND-bm9Ds', 'Errors.User.Invalid');
  const tokenExpiresAt = personalAccessToken && expiry(personalAccessToken.expirationDate, now);
  const keyExpiresAt = machineKey && expiry(machineKey.expirationDate, now);
  return { kind: 'machine', userName, name, tokenExpiresAt, keyExpiresAt };
}

function expiry(date: Timestamp | undefined, now: number): number {
  if (date === undefined) return NEVER;
  const expiresAt = timestampMs(date);
  if (expiresAt < now) throw invalidArgument('DOMAIN-dv3t5', 'Errors.AuthNKey.ExpireBeforeNow');
  return expiresAt;
}

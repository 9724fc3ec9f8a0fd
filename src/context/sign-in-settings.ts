import type { StoredProfile } from '../storage/config.ts';

/** What a profile, or a flag of `login`, says of how a person signs in. */
export type SignInSettings = Pick<
  StoredProfile,
  'scopes' | 'prompt' | 'loginHint' | 'authParams' | 'callbackPort' | 'callbackPath' | 'callbackHost'
>;

import { type Duration, durationFromMs, durationMs } from '@bufbuild/protobuf/wkt';
import { AdminService } from '@zitadel/proto/zitadel/admin_pb';
import { failedPrecondition, invalidArgument } from '../status.ts';
import { setTokenLifetimes, type TokenLifetimes, tokenLifetimes } from '../store/oidc-settings-store.ts';
import { changedDetails, readDetails } from './details.ts';
import { type Handler, instanceHandler } from './handler.ts';

/** How long the tokens of an instance last. */
export const oidcSettingsHandlers: readonly Handler[] = [
  instanceHandler(AdminService.method.getOIDCSettings, ({ database, instance }) => {
    const { accessToken, idToken, refreshIdle, refresh } = tokenLifetimes(database, instance.id);
    const tokens = { accessTokenLifetime: durationFromMs(accessToken), idTokenLifetime: durationFromMs(idToken) };
    const refreshes = { refreshTokenIdleExpiration: durationFromMs(refreshIdle), refreshTokenExpiration: durationFromMs(refresh) };
    return { settings: { details: readDetails(instance, instance.id), ...tokens, ...refreshes } };
  }),
  instanceHandler(AdminService.method.updateOIDCSettings, ({ database, instance, now }, request) => {
    const lifetimes: TokenLifetimes = {
      accessToken: milliseconds(request.accessTokenLifetime),
      idToken: milliseconds(request.idTokenLifetime),
      refreshIdle: milliseconds(request.refreshTokenIdleExpiration),
      refresh: milliseconds(request.refreshTokenExpiration),
    };
    if (Object.values(lifetimes).includes(0)) throw invalidArgument('INST-10sxks', 'Errors.Invalid.Argument');
    if (JSON.stringify(lifetimes) === JSON.stringify(tokenLifetimes(database, instance.id))) {
      throw failedPrecondition('COMMAND-0pk2nu', 'No changes');
    }
    setTokenLifetimes(database, instance.id, lifetimes);
    return { details: changedDetails({ sequence: instance.sequence + 1, changedAt: now }, instance.id) };
  }),
];

function milliseconds(duration: Duration | undefined): number {
  return duration === undefined ? 0 : durationMs(duration);
}

import { DEMO_EMAIL } from '../../oauth/client.ts';
import { codeConfirmationPage, codeInputPage, deviceConnectedPage } from '../../oauth/pages/device.ts';
import { errorPage, refusedPage } from '../../oauth/pages/notice.ts';
import { signInPage } from '../../oauth/pages/sign-in.ts';
import { isSameOrigin } from '../../oauth/request-guard.ts';
import { displayUserCode, normalizeUserCode } from '../../oauth/user-code.ts';
import type { Answer } from '../http/front-end.ts';
import { browserSession, signIn } from './browser-session.ts';
import type { SignInCall } from './call.ts';
import { DEVICE_LOGIN_PATH } from './device-authorization.ts';
import { clientName, foreignForm, page, UNKNOWN_PERSON } from './login.ts';
import { putDevice } from './person-grants.ts';
import { type DeviceAuthorization, signInStore } from './sign-in-store.ts';

const UNKNOWN_CODE = 'There is no such code, or it is no longer valid. Check it against your terminal.';

/** The page where a person lets a device sign in: the code, who it is, and whether the code is theirs (RFC 8628 section 3.3). */
export function deviceLogin(call: SignInCall): Answer {
  const { parameters, verb, headers } = call;
  if (verb === 'POST' && !isSameOrigin(headers)) return foreignForm();
  const typed = parameters.value('user_code');
  const device = typed === undefined ? undefined : pendingDevice(call, typed);
  if (device === undefined) return askCode(typed ?? '', typed === undefined ? undefined : UNKNOWN_CODE);
  if (parameters.value('action') === 'refuse' || parameters.value('abort') !== undefined) return deny(call, device);
  const name = verb === 'POST' ? parameters.value('email')?.trim() : undefined;
  const session = name === undefined ? browserSession(call) : signIn(call, name);
  const client = clientName(call, device.clientId);
  if (session === undefined) {
    const problem = name === undefined ? {} : { problem: UNKNOWN_PERSON };
    return page(name === undefined ? 200 : 422, signInPage({ client, email: name ?? DEMO_EMAIL, ...problem }));
  }
  if (verb !== 'POST' || parameters.value('confirm') === undefined) {
    return page(200, codeConfirmationPage({ action: DEVICE_LOGIN_PATH, xsrf: '', code: device.userCode, client }));
  }
  putDevice(call, { ...device, state: 'approved', session });
  return page(200, deviceConnectedPage(client));
}

function pendingDevice({ database, now }: SignInCall, typed: string): DeviceAuthorization | undefined {
  const userCode = displayUserCode(normalizeUserCode(typed));
  return signInStore(database)
    .devices.listOf(userCode)
    .find(({ state, expiresAt }) => state === 'pending' && now < expiresAt);
}

function askCode(code: string, problem: string | undefined): Answer {
  return page(200, codeInputPage({ action: DEVICE_LOGIN_PATH, xsrf: '', code, problem }));
}

/** The newer server cannot deny a device: its page always fails, and the client goes on waiting (contract section 10.33). */
function deny(call: SignInCall, device: DeviceAuthorization): Answer {
  if (call.version !== '2.70') {
    return page(
      500,
      errorPage('This did not work', 'ZITADEL 4.0 cannot refuse a device. The code ends by itself.', 'AUTH-rKLWEH: context missing'),
    );
  }
  putDevice(call, { ...device, state: 'denied' });
  return page(200, refusedPage(clientName(call, device.clientId)));
}

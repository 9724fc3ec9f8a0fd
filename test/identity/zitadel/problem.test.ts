import { describe, expect, test } from 'vitest';
import type { HttpResponse } from '../../../src/http/client.ts';
import { problemToCliError } from '../../../src/http/problem.ts';
import { zitadelDialect } from '../../../src/identity/zitadel/dialect.ts';
import { errorId, isLasting, unwrapError } from '../../../src/identity/zitadel/problem.ts';
import { hintOf } from '../../support/failure.ts';
import { rpcError } from '../../support/zitadel-answers.ts';

function answer(status: number, body: unknown, headers: HttpResponse['headers'] = { 'content-type': 'application/json' }): HttpResponse {
  return { status, headers, body: typeof body === 'string' ? body : JSON.stringify(body), url: new URL('https://zitadel.example') };
}

/** An error as the gateway sends it (contract section 2.1). */
function rpc(...error: Parameters<typeof rpcError>): HttpResponse {
  const { status, json } = rpcError(...error);
  return answer(status, json);
}

/** The error as a user sees it. */
function seen(response: HttpResponse) {
  const dialect = zitadelDialect(undefined);
  const understood = dialect.unwrapError?.(response) ?? response;
  const error = problemToCliError(understood, { action: 'do it', credential: 'the token', remedy: 'sign in' });
  const { code, message, hint } = dialect.refused?.(understood, error) ?? error;
  return { code, message: message.replace('cannot do it: ', ''), hint };
}

describe('the catalogue (contract section 2.2)', () => {
  test.each<[id: string | undefined, status: number, grpc: number, text: string, code: string, message: RegExp]>([
    ['V3-DKcYh', 409, 6, "Organisation's name or id already taken", 'conflict', /^Organisation's name or id already taken \(V3-DKcYh\)$/],
    ['V3-DKcYh', 409, 6, 'Domain already exists', 'conflict', /^Domain already exists/],
    ['V2-e1wse', 409, 6, 'Errors.Already.Exists', 'conflict', /^the organization has this domain already \(V2-e1wse\)$/],
    ['ORG-laho2n', 409, 6, 'Errors.Org.AlreadyExisting', 'conflict', /^an organization with this id is there already/],
    ['ORG-RrfXY', 400, 3, 'Domain name is an empty string', 'invalid', /^Domain name is an empty string/],
    ['EVENT-Mf9sd', 400, 3, 'Organisation is invalid', 'invalid', /^Organisation is invalid/],
    ['ORG-mruNY', 400, 3, 'Errors.Invalid.Argument', 'invalid', /^the name is empty \(ORG-mruNY\)$/],
    ['V3-DKcYh', 409, 6, 'User already exists', 'conflict', /^User already exists/],
    ['COMMAND-SFd21', 400, 3, 'Domain is already reserved and cannot be used', 'invalid', /^Domain is already reserved/],
    ['USER-UCej2', 400, 3, 'First name in profile is empty', 'invalid', /^First name/],
    ['USER-4hB7d', 400, 3, 'Last name in profile is empty', 'invalid', /^Last name/],
    ['EMAIL-spblu', 400, 3, 'Email is empty', 'invalid', /^Email is empty/],
    ['EMAIL-599BI', 400, 3, 'Email is invalid', 'invalid', /^Email is invalid/],
    ['Org-4N8es', 400, 3, 'Errors.Org.MemberInvalid', 'invalid', /^a role is not one/],
    ['V3-DKcYh', 409, 6, 'Errors.Instance.Domain.AlreadyExists', 'conflict', /^it is taken already \(V3-DKcYh\)$/],
    ['INST-i2nl', 409, 6, 'Errors.Instance.Domain.AlreadyExists', 'conflict', /^the instance has this domain already/],
    ['INST-S3v3w', 400, 3, 'Errors.Instance.Domain.InvalidCharacter', 'invalid', /^the name or the domain of the instance has a character/],
    ['INST-28nlD', 400, 3, 'Errors.Invalid.Argument', 'invalid', /^the domain is empty/],
    ['INSTANCE-9hn3n', 400, 9, 'Errors.Instance.Domain.GeneratedNotRemovable', 'invalid', /^the domain that was generated/],
    ['INSTANCE-8ls9f', 404, 5, 'Errors.Instance.Domain.NotFound', 'not_found', /^the instance has no such domain/],
    ['INSTANCE-9nkWf', 404, 5, 'Errors.Instance.Domain.NotFound', 'not_found', /^the instance has no such domain/],
    [undefined, 401, 16, 'auth header missing', 'auth', /auth header missing$/],
    ['AUTH-toLo1', 401, 16, 'invalid auth header', 'auth', /invalid auth header/],
    ['AUTH-7fs1e', 401, 16, 'Errors.Token.Invalid', 'auth', /^the token was not accepted: the token is not valid \(AUTH-7fs1e\)$/],
    ['AUTH-DZG21', 403, 7, 'Errors.OriginNotAllowed', 'forbidden', /^the application may not/],
    ['AUTH-5mWD2', 403, 7, 'No matching permissions found', 'forbidden', /^No matching permissions found/],
    ['AUTH-AWfge', 403, 7, 'No matching permissions found', 'forbidden', /^No matching permissions found/],
    ['AUTH-3jknH', 403, 7, 'No matching permissions found', 'forbidden', /^No matching permissions found/],
    ['AUTHZ-cdgFk', 404, 5, 'membership not found', 'forbidden', /^membership not found/],
    ['AUTHZ-Kl3p0', 403, 7, 'mfa required', 'forbidden', /^mfa required/],
    ['AUTH-Bs7Ds', 403, 7, "Organisation doesn't exist", 'forbidden', /^Organisation doesn't exist/],
    ['QUERY-leq5Q', 404, 5, 'Organisation not found', 'not_found', /^Organisation not found/],
    [undefined, 404, 5, 'unable to set instance using id 1: ID=QUERY-1kIjX Message=', 'not_found', /^unable to set instance/],
    ['COMMA-wG9p1', 400, 9, 'must not be deleted', 'invalid', /^must not be deleted/],
    ['COMMA-AF3JW', 400, 9, 'must not be deleted', 'invalid', /^must not be deleted/],
    ['COMMA-aps2n', 404, 5, 'Organisation not found', 'not_found', /^Organisation not found/],
    ['QUERY-DGqfd', 400, 3, 'Request is invalid', 'invalid', /^Request is invalid/],
    ['LIMITS-molsj', 429, 8, 'Errors.Limits.Instance.Blocked', 'forbidden', /^the instance is blocked \(LIMITS-molsj\)$/],
    ['QUOTA-vjAy8', 429, 8, 'Quota.Access.Exhausted', 'rate_limited', /^the quota of requests is used up/],
  ])('%s (%i): %s', (id, status, grpc, text, code, message) => {
    const { code: actual, message: words } = seen(rpc(status, grpc, text, id));
    expect(actual).toBe(code);
    expect(words).toMatch(message);
  });

  test.each([
    ['AUTH-5mWD2', 403, /IAM_OWNER/],
    ['AUTHZ-cdgFk', 404, /IAM_OWNER/],
    ['AUTHZ-Kl3p0', 403, /second factor/],
    ['AUTH-Bs7Ds', 403, /--org/],
    ['COMMA-HuJf6', 400, /8 characters/],
    ['LIMITS-molsj', 429, /changes nothing/],
    ['QUOTA-vjAy8', 429, /changes nothing/],
  ])('%s says what helps', (id, status, hint) => {
    expect(hintOf(seen(rpc(status, 3, 'text', id)))).toMatch(hint);
  });

  test.each<[response: HttpResponse, code: string]>([
    [rpc(404, 5, 'unable to set instance using origin x: ID=QUERY-d3fas Message=x Parent=(failed to connect)'), 'unavailable'],
    [rpc(404, 5, 'unable to set instance using id 1: ID=QUERY-d3fas'), 'unavailable'],
    [rpc(404, 5, 'unable to set instance using origin x: ID=QUERY-IuGh1'), 'usage'],
    [rpc(404, 5, 'Not Found'), 'usage'],
    [rpc(500, 13, 'db connection error ()'), 'unavailable'],
  ])('%o is %s', (response, code) => {
    const error = seen(response);
    expect(error.code).toBe(code);
    if (code === 'unavailable') expect(error.message).toMatch(/^ZITADEL cannot reach its database$/);
  });

  test('a host that is not an instance names the URL and --instance-host', () => {
    const error = seen(rpc(404, 5, 'unable to set instance using origin x: ID=QUERY-1kIjX'));
    expect(error.code).toBe('usage');
    expect(hintOf(error)).toMatch(/URL of the profile.*--instance-host/);
  });
});

describe('what v4.11.0 to v4.13.1 wrap is what they mean', () => {
  test.each([
    ['InvalidArgument', 400],
    ['NotFound', 404],
    ['AlreadyExists', 409],
    ['PermissionDenied', 403],
    ['ResourceExhausted', 429],
    ['FailedPrecondition', 400],
    ['Aborted', 409],
    ['OutOfRange', 400],
    ['Unimplemented', 501],
    ['Unavailable', 503],
    ['Unauthenticated', 401],
    ['DeadlineExceeded', 504],
    ['Canceled', 499],
    ['Internal', 500],
    ['SomethingNew', 500],
  ])('%s', (name, status) => {
    const message = `rpc error: code = ${name} desc = invalid AddOrgRequest.Name: value\nlength ()`;
    expect(unwrapError(answer(500, { code: 2, message, details: [{ '@type': 'x', message }] })).status).toBe(status);
  });

  test('in their words, without what stands around them', () => {
    const message = 'rpc error: code = InvalidArgument desc = invalid AddOrgRequest.Name: value is required ()';
    expect(seen(answer(500, { code: 2, message }))).toMatchObject({
      code: 'invalid',
      message: 'invalid AddOrgRequest.Name: value is required',
    });
  });

  test('a failure of another status is not unwrapped', () => {
    expect(unwrapError(answer(503, { code: 14, message: 'rpc error: code = NotFound desc = x' })).status).toBe(503);
  });
});

describe('the id of an error', () => {
  test.each<[what: string, response: HttpResponse, id: string | undefined]>([
    ['in the details', rpc(409, 6, 'taken', 'V3-DKcYh'), 'V3-DKcYh'],
    ['absent', rpc(400, 3, 'invalid AddOrgRequest.Name: value is required'), undefined],
    [
      'beside the binary details of Connect',
      answer(409, {
        code: 'already_exists',
        message: 'taken (V3-DKcYh)',
        details: [{ type: 'zitadel.v1.ErrorDetail', value: 'Cg', debug: { id: 'V3-DKcYh' } }],
      }),
      'V3-DKcYh',
    ],
    ['at the end of the message of Connect', answer(409, { code: 'already_exists', message: 'taken (V3-DKcYh)' }), 'V3-DKcYh'],
    ['of a web page', answer(502, '<html>'), undefined],
    ['of plain text', answer(429, 'slow down', {}), undefined],
    ['of JSON that is not an object', answer(500, '[]'), undefined],
  ])('%s', (_, response, id) => {
    expect(errorId(response)).toBe(id);
    // Whatever is not an error of ZITADEL stays unchanged.
    if (id === undefined && response.body.startsWith('<')) expect(unwrapError(response)).toBe(response);
  });
});

test.each<[status: number, id: string | undefined, lasting: boolean]>([
  [429, 'LIMITS-molsj', true],
  [429, 'QUOTA-vjAy8', true],
  [429, undefined, false],
  [429, 'OTHER-1', false],
  [503, 'QUOTA-vjAy8', false],
])('%i %s lasts: %s', (status, id, lasting) => {
  expect(isLasting(rpc(status, 8, 'text', id))).toBe(lasting);
});

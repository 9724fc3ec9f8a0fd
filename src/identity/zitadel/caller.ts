import { isRecord } from '../../record.ts';
import type { Operation } from '../operation.ts';

/** The user that a token stands for. */
export interface Caller {
  readonly sub: string;
  readonly email: string | undefined;
  readonly name: string | undefined;
}

/** `GET /auth/v1/users/me` (contract section 10.22). */
export function getCaller(): Operation<Caller> {
  return { action: 'see who is signed in', request: { method: 'GET', path: '/auth/v1/users/me' }, interpret: readCaller };
}

/** A person goes by the name that is shown, a machine by its own, and anybody else by the name to sign in with. */
function readCaller(json: unknown): Caller | undefined {
  const user = memberOf(json, 'user');
  const sub = textOf(user, 'id');
  if (sub === undefined) return undefined;
  const [human, machine] = [memberOf(user, 'human'), memberOf(user, 'machine')];
  const name = textOf(memberOf(human, 'profile'), 'displayName') ?? textOf(machine, 'name') ?? textOf(user, 'userName');
  return { sub, email: textOf(memberOf(human, 'email'), 'email'), name };
}

function memberOf(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

function textOf(value: unknown, name: string): string | undefined {
  const text = memberOf(value, name);
  return typeof text === 'string' && text !== '' ? text : undefined;
}

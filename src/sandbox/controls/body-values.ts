import { isEmailAddress } from '../accounts.ts';
import { ApiError } from '../flowkiwi/api-error.ts';
import type { Document } from '../flowkiwi/request-body.ts';

// What the bodies of controls hold. Each throws a 422 that names the attribute for a value of another kind.

export function textList(body: Document, attribute: string): readonly string[] | undefined {
  const value = body.value(attribute);
  if (value === undefined) return undefined;
  const texts = Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  if (!Array.isArray(value) || texts.length < value.length) throw new ApiError(422, `${attribute}: a list of texts is needed.`);
  return texts;
}

export function number(body: Document, attribute: string): number | undefined {
  const value = body.value(attribute);
  if (value === undefined || typeof value === 'number') return value;
  throw new ApiError(422, `${attribute}: a number is needed.`);
}

export function email(body: Document): string {
  const address = body.text('email') ?? '';
  if (!isEmailAddress(address)) throw new ApiError(422, 'email: an e-mail address is needed.');
  return address;
}

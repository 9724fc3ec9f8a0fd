import { CliError } from '../errors.ts';
import { helpWith } from '../hint.ts';
import type { HttpResponse } from '../http/client.ts';
import { readProblem } from '../http/problem-document.ts';

/**
 * The error of an answer 404 that is not the API's own: what answers beneath `base` is a router, a web page, or another product, and says nothing
 * of whether the thing that was asked for is there. Pure.
 */
export function wrongAddress(response: HttpResponse, { action, base }: { readonly action: string; readonly base: URL }): CliError {
  const problem = readProblem(response);
  const words = problem.detail ?? problem.title;
  const kinds = { 'web page': 'a web page', empty: 'nothing', json: 'something else', text: 'something else', other: 'something else' };
  const answer = words === undefined ? kinds[problem.body] : JSON.stringify(words);
  const address = base.href.replace(/\/$/, '');
  return new CliError('usage', `cannot ${action}: ${address} is not the address of the API: it answers 404 with ${answer}`, {
    hint: helpWith('set FLOWKIWI_URL, or the URL of the profile, to the address of the API; to see where it is set', 'profile', 'show'),
    status: response.status,
    detail: words,
    requestId: problem.requestId,
  });
}

import { type ApiError, ConflictError, ValidationError } from './api-error.ts';
import type { Format } from './negotiation.ts';

const TITLE = 'An error occurred';

/** The body of an error answer, `application/problem+json` in either format (contract sections 2.5 and 6.3). */
export function problemDocument(error: ApiError, format: Format): Record<string, unknown> {
  const { status, message: detail } = error;
  if (error instanceof ConflictError) return { error_code: error.errorCode, title: error.title, detail, status };
  if (error instanceof ValidationError) {
    const { violations } = error;
    const [only] = violations;
    const id = violations.length === 1 && only ? only.code : violations.map(({ code }, index) => `${index}=${code}`).join(';');
    const type = `/validation_errors/${id}`;
    return { ...linked(format, 'ConstraintViolation', type, detail), status, violations, detail, type, title: TITLE };
  }
  const type = `/errors/${status}`;
  return { ...linked(format, 'Error', type, detail), title: TITLE, detail, status, type };
}

/** Headers that every problem carries besides its own. */
export function problemHeaders(format: Format): Record<string, string> {
  return {
    'content-type': 'application/problem+json; charset=utf-8',
    ...(format === 'jsonld' ? { link: '<http://www.w3.org/ns/hydra/error>; rel="http://www.w3.org/ns/json-ld#error"' } : {}),
  };
}

function linked(format: Format, shortName: string, type: string, description: string): Record<string, unknown> {
  if (format === 'json') return {};
  return { '@context': `/api/contexts/${shortName}`, '@id': `/api${type}`, '@type': shortName, description };
}

import { ApiError } from './api-error.ts';

export type Format = 'jsonld' | 'json';

/** Formats of an answer, the first is the default (contract section 6.2). */
const MEDIA_TYPES: Readonly<Record<Format, string>> = { jsonld: 'application/ld+json', json: 'application/json' };

const FORMATS: readonly Format[] = ['jsonld', 'json'];

export const JSON_BODY: readonly string[] = [MEDIA_TYPES.jsonld, MEDIA_TYPES.json];

export const MERGE_PATCH_BODY: readonly string[] = ['application/merge-patch+json'];

export function contentTypeOf(format: Format): string {
  return `${MEDIA_TYPES[format]}; charset=utf-8`;
}

/** The format that an `Accept` header asks for, by quality and then by our own preference; undefined when it accepts none. */
function acceptedFormat(accept: string | undefined): Format | undefined {
  if (accept === undefined || accept.trim() === '') return 'jsonld';
  const ranges = accept.split(',').map(mediaRange);
  let best: Format | undefined;
  let bestQuality = 0;
  for (const format of FORMATS) {
    const quality = qualityOf(MEDIA_TYPES[format], ranges);
    if (quality > bestQuality) [best, bestQuality] = [format, quality];
  }
  return best;
}

/** The format of an error about this request: errors are sent also to those who accept none of ours. */
export function errorFormat(accept: string | undefined): Format {
  return acceptedFormat(accept) ?? (accept?.includes('application/problem+json') ? 'json' : 'jsonld');
}

/** Throws 415 when a body is of a media type that the operation does not read. A missing header is found later, when the body is decoded. */
export function checkContentType(contentType: string | undefined, supported: readonly string[]): void {
  if (supported.length === 0 || contentType === undefined || contentType === '') return;
  if (supported.includes(essence(contentType))) return;
  throw new ApiError(415, `The content-type "${contentType}" is not supported. ${supportedTypes(supported)}`);
}

/** The format to answer in. Throws 406. */
export function negotiateFormat(accept: string | undefined): Format {
  const format = acceptedFormat(accept);
  if (format !== undefined) return format;
  throw new ApiError(406, `Requested format "${accept}" is not supported. ${supportedTypes(Object.values(MEDIA_TYPES))}`);
}

interface MediaRange {
  readonly type: string;
  readonly quality: number;
}

function mediaRange(text: string): MediaRange {
  const weight = /;\s*q\s*=\s*([\d.]+)/i.exec(text)?.[1];
  return { type: essence(text), quality: weight === undefined ? 1 : Number(weight) };
}

/** The quality of the most specific range that matches (RFC 9110 section 12.5.1), 0 when none does. */
function qualityOf(mediaType: string, ranges: readonly MediaRange[]): number {
  for (const candidate of [mediaType, 'application/*', '*/*']) {
    const range = ranges.find(({ type }) => type === candidate);
    if (range !== undefined) return range.quality;
  }
  return 0;
}

function essence(mediaType: string): string {
  return (mediaType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

function supportedTypes(types: readonly string[]): string {
  return `Supported MIME types are ${types.map((type) => `"${type}"`).join(', ')}.`;
}

/** How a manifest can be written. CSV and JSON Lines are read row by row. */
export const MANIFEST_FORMATS = ['csv', 'jsonl', 'yaml', 'json'] as const;

export type ManifestFormat = (typeof MANIFEST_FORMATS)[number];

import type { ManifestFormat } from '../../apply/manifest/format-names.ts';

/** The checked options of `apply`. */
export interface ApplyOptions {
  readonly format: ManifestFormat | undefined;
  readonly map: readonly string[];
  readonly groupByName: boolean;
  readonly dryRun: boolean;
  readonly refresh: boolean;
  readonly rename: boolean;
  readonly rekey: readonly string[];
  readonly expectPlan: string | undefined;
  readonly detailedExitcode: boolean;
  readonly suggestHandles: boolean;
  readonly export: boolean;
  readonly init: boolean;
  readonly schema: boolean;
}

export interface ApplyInput {
  readonly options: ApplyOptions;
  readonly args: readonly (string | undefined)[];
}

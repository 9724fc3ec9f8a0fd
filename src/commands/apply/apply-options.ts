import type { ManifestFormat } from '../../apply/manifest/format-names.ts';
import type { MaxFailures } from '../../apply/run/breaker.ts';

/** How a run goes. */
export interface RunFlags {
  readonly expectPlan: string | undefined;
  readonly detailedExitcode: boolean;
  readonly concurrency: number | undefined;
  /** Requests a second. */
  readonly rate: number | undefined;
  readonly maxDuration: number | undefined;
  readonly maxFailures: MaxFailures | undefined;
  readonly results: string | undefined;
  readonly failed: string | undefined;
  readonly journal: string | undefined;
  readonly firstRun: boolean;
  readonly adopt: readonly string[];
  readonly assumeAbsent: readonly string[];
}

/** The checked options of `apply`. */
export interface ApplyOptions extends RunFlags {
  readonly status: boolean;
  readonly orgName: string | undefined;
  readonly instanceName: string | undefined;
  readonly handle: string | undefined;
  readonly format: ManifestFormat | undefined;
  readonly map: readonly string[];
  readonly groupByName: boolean;
  readonly dryRun: boolean;
  readonly refresh: boolean;
  readonly rename: boolean;
  readonly rekey: readonly string[];
  readonly suggestHandles: boolean;
  readonly export: boolean;
  readonly init: boolean;
  readonly schema: boolean;
}

export interface ApplyInput {
  readonly options: ApplyOptions;
  readonly args: readonly (string | undefined)[];
}

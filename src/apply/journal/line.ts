import { crc32 } from 'node:zlib';
import { isRecord, parseJson } from '../../record.ts';

/** The end of each line: the CRC-32 of the JSON text without this member. */
const SUM = /,"sum":"([0-9a-f]{8})"\}$/;

/** A record as a line of JSON, without a line end, that shows whether it is whole. `record` must have a member. Pure. */
export function sealedLine(record: Readonly<Record<string, unknown>>): string {
  const json = JSON.stringify(record);
  return `${json.slice(0, -1)},"sum":"${sumOf(json)}"}`;
}

/** What a line says; undefined for one that is torn or was changed. Pure. */
export function openedLine(line: string): Readonly<Record<string, unknown>> | undefined {
  const [end, sum] = SUM.exec(line) ?? [];
  if (end === undefined) return undefined;
  const json = `${line.slice(0, -end.length)}}`;
  if (sumOf(json) !== sum) return undefined;
  const record = parseJson(json);
  return isRecord(record) ? record : undefined;
}

function sumOf(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

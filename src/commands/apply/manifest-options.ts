import { MANIFEST_FORMATS } from '../../apply/manifest/format-names.ts';
import { choice, flag, texts } from '../kit/option.ts';

/** How a manifest is read: the same for every command that takes one, so that the hints of its errors hold for all of them. */
export const MANIFEST_OPTIONS = {
  format: choice('--format <format>', MANIFEST_FORMATS, 'how FILE is written, where its name does not say it'),
  map: texts('--map <field=column>', 'content', 'the column of a field: organization, instance, handle, key or id (repeatable)'),
  groupByName: flag('--group-by-name', 'rows of one name and without a key are one customer'),
};

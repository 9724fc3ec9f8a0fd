import { type DescField, type DescMessage, getOption, isMessage, type Message } from '@bufbuild/protobuf';
import { isReflectMessage, type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import { DurationSchema, FeatureSet_FieldPresence } from '@bufbuild/protobuf/wkt';
import { type FieldRules, required, rules } from '@zitadel/proto/validate/validate_pb';
import { countProblem, durationProblem, valueProblem } from './rules.ts';

/**
 * The first rule of protoc-gen-validate that the message breaks, in its words and its order: fields as they are declared, then the
 * members of oneofs; undefined when it breaks none (contract section 2.1).
 */
export function firstViolation(schema: DescMessage, message: Message): string | undefined {
  return violationOf(reflect(schema, message));
}

function violationOf(message: ReflectMessage): string | undefined {
  const { desc } = message;
  for (const field of desc.fields) {
    const violation = field.oneof === undefined ? fieldViolation(message, field) : undefined;
    if (violation !== undefined) return violation;
  }
  for (const oneof of desc.oneofs) {
    const member = message.oneofCase(oneof);
    const violation = member && fieldViolation(message, member);
    if (violation !== undefined) return violation;
    if (member === undefined && getOption(oneof, required)) return invalid(desc, oneof.name, 'value is required');
  }
  return undefined;
}

function fieldViolation(message: ReflectMessage, field: DescField): string | undefined {
  const rule = getOption(field, rules);
  if (field.fieldKind === 'list') return listViolation(message, field, rule);
  const problem = field.fieldKind === 'message' ? messageProblem(message, field, rule) : singleProblem(message, field, rule);
  return problem && invalid(message.desc, field.name, problem);
}

function singleProblem(message: ReflectMessage, field: DescField, rule: FieldRules): string | undefined {
  const isAbsent = field.presence === FeatureSet_FieldPresence.EXPLICIT && !message.isSet(field);
  return isAbsent ? undefined : valueProblem(message.get(field), rule.type, field.enum);
}

function messageProblem(
  message: ReflectMessage,
  field: DescField & { readonly fieldKind: 'message' },
  rule: FieldRules,
): string | undefined {
  if (!message.isSet(field)) return isRequired(rule) ? 'value is required' : undefined;
  const value = message.get(field);
  if (rule.type.case === 'duration' && isMessage(value.message, DurationSchema)) return durationProblem(value.message, rule.type.value);
  return embeddedProblem(value);
}

function listViolation(message: ReflectMessage, field: DescField & { readonly fieldKind: 'list' }, rule: FieldRules): string | undefined {
  const [list, listRules] = [message.get(field), rule.type.case === 'repeated' ? rule.type.value : undefined];
  const problem = listRules && countProblem(list.size, listRules);
  if (problem !== undefined) return invalid(message.desc, field.name, problem);
  const itemRules = listRules?.items?.type ?? { case: undefined };
  for (const [index, item] of [...list].entries()) {
    const itemProblem = isReflectMessage(item) ? embeddedProblem(item) : valueProblem(item, itemRules, field.enum);
    if (itemProblem !== undefined) return invalid(message.desc, field.name, itemProblem, `[${index}]`);
  }
  return undefined;
}

function isRequired({ message, type }: FieldRules): boolean {
  return (message?.required ?? false) || ((type.case === 'timestamp' || type.case === 'duration') && type.value.required);
}

function embeddedProblem(message: ReflectMessage): string | undefined {
  const violation = violationOf(message);
  return violation && `embedded message failed validation | caused by: ${violation}`;
}

/** Names messages and fields as the generated Go code does: `Outer_Inner.UserName`. */
function invalid({ typeName, file }: DescMessage, field: string, problem: string, item = ''): string {
  const type = typeName.slice(file.proto.package.length + 1).replaceAll('.', '_');
  const name = field.replace(/(?:^|_)(.)/g, (_, letter: string) => letter.toUpperCase());
  return `invalid ${type}.${name}${item}: ${problem}`;
}

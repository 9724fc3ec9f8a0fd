/** The pages of the manual that are not about one command; what they say is in topics.ts, which only a reader loads. */
export const TOPIC_NAMES = [
  'exit-codes',
  'environment',
  'output',
  'authentication',
  'sandbox',
  'zitadel',
  'apply',
  'options',
  'agents',
  'troubleshooting',
] as const;

export type TopicName = (typeof TOPIC_NAMES)[number];

import { CliError } from '../../errors.ts';
import { closest } from '../../output/closest.ts';
import { defineCommand } from '../command.ts';
import { valueResult } from '../result.ts';
import { TOPICS } from './topics.ts';

export const help = defineCommand({
  name: 'help',
  summary: 'read about a topic',
  description: `Topics: ${TOPICS.map(({ name }) => name).join(', ')}. Every command explains itself with --help.`,
  arguments: [{ name: 'topic', summary: 'one of the topics' }],
  examples: TOPICS.map(({ name }) => `flowkiwi help ${name}`),
  exits: [],
  run: async (_, { args: [wanted] }) => {
    if (wanted === undefined) return valueResult(TOPICS, TOPICS.map(({ name, summary }) => `${name.padEnd(16)}${summary}`).join('\n'));
    const topic = TOPICS.find(({ name }) => name === wanted);
    if (topic) return valueResult(topic, topic.text);
    const meant = closest(
      wanted,
      TOPICS.map(({ name }) => name),
    );
    throw new CliError('usage', `there is no topic ${JSON.stringify(wanted)}${meant ? `; did you mean ${meant}?` : ''}`, {
      hint: `the topics are ${TOPICS.map(({ name }) => name).join(', ')}; commands explain themselves: flowkiwi org create --help`,
    });
  },
});

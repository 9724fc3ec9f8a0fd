/** The kinds of question that are asked. Named here one by one, because the library's editor would bring a table of every character encoding. */
export { confirm, input, password } from '@inquirer/prompts';

export { createPerson } from '../../src/embedded/discord/person.ts';
export type {
  CommandUse,
  OptionValue,
  Person,
  PersonFile,
  SeenChannel,
  SeenInteraction,
  SeenMessage,
} from '../../src/embedded/discord/person.ts';

// Shows rendered messages the way a person reads them in Discord, for inline snapshots.
import type { Rendered } from '../../../src/discord/render/rendered.ts';

export function asRead(messages: readonly Rendered[]): string {
  return messages.map(messageAsRead).join('\n=====\n');
}

function messageAsRead(message: Rendered): string {
  const embeds = message.embeds.map((embed) =>
    [
      embed.author === undefined ? '' : `| ${embed.author.name}`,
      embed.title === undefined ? '' : `| # ${embed.title}`,
      ...(embed.description?.split('\n') ?? []).map((line) => `| ${line}`.trimEnd()),
      ...(embed.fields ?? []).map(({ name, value }) => `| [${name}] ${value}`),
    ]
      .filter((line) => line !== '')
      .join('\n'),
  );
  const buttons = message.components.flatMap((row) =>
    row.components.map((button) => `(${button.label}) ${button.custom_id}`),
  );
  const files = [
    ...message.files.map(({ name }) => `<${name}>`),
    ...message.texts.map(({ name, text }) => `<${name}: ${text.length} characters>`),
  ];
  return [message.content, ...embeds, ...buttons, ...files].join('\n');
}

// Every limit of Discord that a payload of ours could break.
import { expect } from 'vitest';
import { discordLimits } from '../../../src/discord/discord-limits.ts';
import { charsOf } from '../../../src/discord/render/layout.ts';
import type { Rendered } from '../../../src/discord/render/rendered.ts';

export function expectWithinLimits(message: Rendered): void {
  const { content, embeds, components, files, texts } = message;
  expect(content.trim()).not.toBe('');
  expect(content.length).toBeLessThanOrEqual(discordLimits.contentChars);
  expect(embeds.length).toBeLessThanOrEqual(discordLimits.embedsPerMessage);
  expect(embeds.reduce((sum, embed) => sum + charsOf(embed), 0)).toBeLessThanOrEqual(
    discordLimits.embedCharsSum,
  );
  for (const embed of embeds) {
    expect((embed.title ?? 'none').length).toBeLessThanOrEqual(discordLimits.embedTitleChars);
    expect(embed.title).not.toBe('');
    expect(embed.description).not.toBe('');
    const { description = '', fields = [], author } = embed;
    expect(description.length).toBeLessThanOrEqual(discordLimits.embedDescriptionChars);
    expect((author?.name ?? '').length).toBeLessThanOrEqual(discordLimits.embedAuthorChars);
    expect(`${embed.title ?? ''}${description}${fields.length}`).not.toBe('0');
    expect(fields.length).toBeLessThanOrEqual(discordLimits.embedFields);
    for (const { name, value } of fields) {
      expect(name.trim()).not.toBe('');
      expect(value.trim()).not.toBe('');
      expect(name.length).toBeLessThanOrEqual(discordLimits.embedFieldNameChars);
      expect(value.length).toBeLessThanOrEqual(discordLimits.embedFieldValueChars);
    }
  }
  const buttons = components.flatMap((row) => row.components);
  expect(components.length).toBeLessThanOrEqual(discordLimits.actionRows);
  expect(new Set(buttons.map((button) => button.custom_id)).size).toBe(buttons.length);
  for (const row of components) {
    expect(row.components.length).toBeGreaterThan(0);
    expect(row.components.length).toBeLessThanOrEqual(discordLimits.buttonsPerRow);
  }
  for (const button of buttons) {
    expect(button.label.trim()).not.toBe('');
    expect(button.label.length).toBeLessThanOrEqual(discordLimits.buttonLabelChars);
    expect(button.custom_id.length).toBeLessThanOrEqual(discordLimits.customIdChars);
  }
  expect(files.length + texts.length).toBeLessThanOrEqual(discordLimits.filesPerMessage);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  expect(bytes).toBeLessThanOrEqual(discordLimits.requestBytes);
}

// The terminal as somebody sits before it: a screen that shows what is typed, unless it is secret.
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { createTerminal } from '../../src/setup/terminal.ts';

function sit(isTTY: boolean) {
  const keys = Object.assign(new PassThrough(), { isTTY, setRawMode: () => undefined });
  const screen = new PassThrough();
  const broken: string[] = [];
  const terminal = createTerminal({
    input: keys,
    output: screen,
    onBreak: () => broken.push('broken off'),
  });
  const shown = () => {
    terminal.close();
    screen.end();
    return text(screen);
  };
  return { keys, terminal, broken, shown };
}

test('a secret is not shown while it is typed, what comes after it is', async () => {
  const { keys, terminal, shown } = sit(true);
  const secret = terminal.askHidden('Token: ');
  keys.write('MTIz-secrets\u007f\r');
  expect(await secret).toBe('MTIz-secret');
  const answer = terminal.ask('Server: ');
  keys.write('12\r');
  expect(await answer).toBe('12');
  const screen = await shown();
  expect(screen).toContain('Token: ');
  expect(screen).not.toMatch(/M.*T.*I.*z/);
  expect(screen).toMatch(/Server: .*1.*2/s);
});

test('Ctrl-C is heard', async () => {
  const { keys, terminal, broken } = sit(true);
  const answer = terminal.ask('Server: ');
  keys.write('\u0003');
  await expect(answer).rejects.toThrow('The answers ended');
  expect(broken).toEqual(['broken off']);
});

test('lines that are piped in are answers in their order, and then there are no more', async () => {
  const { keys, terminal, shown } = sit(false);
  keys.end(' first \nsecond\n');
  expect(await terminal.ask('One? ')).toBe('first');
  expect(await terminal.askHidden('Two? ')).toBe('second');
  await expect(terminal.ask('Three? ')).rejects.toThrow('The answers ended');
  expect(await shown()).toBe('One? \nTwo? \nThree? \n');
});

// A message that cannot be heard, however often it is tried, is given up: its id goes into the
// inbox as refused, and whoever wrote it is told, in one transaction. So it stands in nobody's way,
// and nobody waits for an answer that never comes.
import { projectManager } from '../domain/agent.ts';
import type { HumanMessage } from '../domain/human-input.ts';
import type { Post } from '../domain/post.ts';
import { clip } from '../domain/prose.ts';
import { AppError } from '../lib/errors.ts';
import { storableText } from '../lib/json.ts';
import { acceptEvent, partsHeard } from '../store/inbox.ts';
import type { Store } from '../store/open-store.ts';
import { enqueue } from '../store/outbox.ts';
import { placeOfChannel, saveMessages } from '../store/places.ts';

interface RefuseDeps {
  store: Store;
  /** There is something to post. */
  wake: () => void;
}

export async function refuseMessage(
  { store, wake }: RefuseDeps,
  message: HumanMessage,
  error: unknown,
): Promise<void> {
  const { messageId, channelId, userName, at } = message;
  const text = storableText(message.text);
  await store.transact(async (tx) => {
    const place = await placeOfChannel(tx, channelId);
    if (place === null) return;
    const row = { id: messageId, place, speaker: userName, agentId: null, text, at };
    await saveMessages(tx, [{ ...row, projectId: null }]);
    const id = `discord.message.${messageId}`;
    // Accepted before: only what comes after failed, and it was acted on.
    if (!(await acceptEvent(tx, { id, type: 'message-refused' }, 'agency'))) return;
    // A command for all projects is decided over in each of them under an id of its own.
    const done = await partsHeard(tx, id);
    const post: Post = {
      id: `${id}.refused`,
      place,
      speaker: projectManager,
      body: { type: 'notice', tone: 'warning', title: 'I could not take this in', text: why(done) },
      notify: [],
      pin: false,
    };
    await enqueue(tx, [{ id: post.id, kind: 'post', lane: place, payload: post }]);
  });
  wake();

  function why(done: readonly string[]): string {
    const reason = error instanceof AppError ? error.forPeople : 'Something broke on my side.';
    const said = text === '' ? 'What you attached' : `What you wrote (“${clip(text, 200)}”)`;
    if (done.length > 0) {
      return (
        `${said} was decided over in ${done.join(', ')} and got no further: ` +
        `${clip(reason, 500)} Please look at \`/status\` and write it again for the rest.`
      );
    }
    return (
      `${said} did not get through, and nothing has happened: ${clip(reason, 500)} ` +
      'Please write it again, in other words or without its attachments.'
    );
  }
}

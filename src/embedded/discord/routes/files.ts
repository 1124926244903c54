// Downloads of attachments by signed link. Surprise: only pictures are shown in place; everything
// else comes as a download without any right to run, since the page shares this origin.
import type { Attachment } from '../records.ts';
import { refusal } from '../refusal.ts';
import { route } from '../routing.ts';
import type { Answer, Call, Route } from '../routing.ts';
import { messagesIn } from '../tables.ts';
import type { World } from '../world.ts';

export const fileRoutes: Route[] = [
  route('public', 'GET /attachments/:channel/:attachment/:name', download),
];

const shownInPlace = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

function download(world: World, call: Call): Answer {
  const channelId = call.param('channel');
  const id = call.param('attachment');
  const name = encodeURIComponent(call.param('name'));
  const path = `/attachments/${channelId}/${id}/${name}`;
  if (!world.links.isValid(path, call.query)) throw refusal('notFound');
  const attachment = findAttachment(world, channelId, id);
  const body = attachment && world.files.read(id);
  if (!body) throw refusal('notFound');
  const { contentType } = attachment;
  const disposition = shownInPlace.has(contentType) ? 'inline' : 'attachment';
  return {
    status: 200,
    body,
    headers: {
      'content-type': contentType,
      'content-disposition': `${disposition}; filename*=UTF-8''${name}`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'private, max-age=3600',
    },
  };
}

function findAttachment(world: World, channelId: string, id: string): Attachment | undefined {
  for (const { attachments } of messagesIn(world.tables, channelId)) {
    const found = attachments.find((one) => one.id === id);
    if (found) return found;
  }
  for (const { uploads, ephemeral } of world.tables.interaction.values()) {
    const files = [...uploads, ...ephemeral.flatMap(({ attachments }) => attachments)];
    const found = files.find((one) => one.id === id);
    if (found) return found;
  }
  return undefined;
}

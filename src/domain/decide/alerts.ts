// What the operator, and sometimes the Director, is told about the agency's surroundings.
import type { EventOf } from '../event.ts';
import { agencyPlaces } from '../place.ts';
import type { PostBody } from '../post.ts';
import { clip } from '../prose.ts';
import { say } from './agency-draft.ts';
import type { AgencyDraft } from './agency-draft.ts';

const parkedKinds: Readonly<Record<string, string>> = {
  post: 'A message',
  edit: 'A change of a message',
  place: 'A channel or thread',
  react: 'A reaction',
  status: 'The status message',
  bundle: 'The hand-over bundle',
};

/**
 * For the operator. The Director is told too when it is a bundle, which they wait for, when only
 * people can put it right, and when it cannot be said in #agency-log itself.
 */
export function tellParked(draft: AgencyDraft, event: EventOf<'delivery-parked'>): void {
  const { kind, lane, waits } = event;
  const body = waits === true ? waitingNotice(event) : parkedNotice(event);
  if (lane !== agencyPlaces.log) say(draft, agencyPlaces.log, body);
  if (lane === agencyPlaces.director) return;
  const isForDirector = kind === 'bundle' || waits === true || lane === agencyPlaces.log;
  if (isForDirector) say(draft, agencyPlaces.director, body);
}

function parkedNotice({ kind, lane, reason }: EventOf<'delivery-parked'>): PostBody {
  return {
    type: 'notice',
    tone: 'warning',
    title: clip(`${parkedKinds[kind] ?? 'An effect'} could not be delivered`, 200),
    text:
      `It was for \`${lane}\`. Why: ${reason}\n\nWhat to do: put right what is in the way (the ` +
      'log of the program says more), then start the program again. It tries once more by itself.',
  };
}

function waitingNotice({ kind, lane, reason }: EventOf<'delivery-parked'>): PostBody {
  return {
    type: 'notice',
    tone: 'warning',
    title: clip(`${parkedKinds[kind] ?? 'An effect'} waits until something is put right`, 200),
    text:
      `It is for \`${lane}\`. ${reason}\n\nNothing is lost: whatever needs the same waits too, ` +
      'in its order, and goes out by itself once that is done.',
  };
}

/** In good time, or afterwards: on a full disk nothing can be said. */
export function tellDisk(
  draft: AgencyDraft,
  { isLow, freeMb, path }: EventOf<'disk-changed'>,
): void {
  const where = clip(path, 500);
  const body: PostBody = {
    type: 'notice',
    tone: isLow ? 'warning' : 'good',
    title: isLow ? 'The disk is nearly full' : 'The disk has room again',
    text: isLow
      ? `${freeMb} MB are left where I keep everything (\`${where}\`). Please make ` +
        'room. On a full disk I neither hear you nor get on. Nothing that I accepted is lost, ' +
        'and the work goes on by itself once there is room.'
      : `${freeMb} MB are free. The work goes on; please write again what was refused meanwhile.`,
  };
  say(draft, agencyPlaces.log, body);
  say(draft, agencyPlaces.director, body);
}

export function tellEndpoint(
  draft: AgencyDraft,
  { tier, model, isPreferred }: EventOf<'endpoint-changed'>,
): void {
  say(draft, agencyPlaces.log, {
    type: 'notice',
    tone: isPreferred ? 'good' : 'warning',
    title: isPreferred ? 'The first endpoint answers again' : 'Another endpoint answers',
    text: clip(`The ${tier} tier is answered by ${model} now.`, 1000),
  });
}

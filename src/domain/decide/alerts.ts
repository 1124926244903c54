// What the operator, and sometimes the Director, is told about the agency's surroundings: of one
// cause at most once an hour, because a channel full of alerts is read by nobody. Whoever reports
// learns from the receipt when it was not said, and may report again later.
import type { EventOf, PartName } from '../event.ts';
import { limits } from '../limits.ts';
import { agencyPlaces } from '../place.ts';
import type { PlaceKey } from '../place.ts';
import type { PostBody } from '../post.ts';
import { clip } from '../prose.ts';
import { record, say } from './agency-draft.ts';
import type { AgencyDraft } from './agency-draft.ts';

const parkedKinds: Readonly<Record<string, string>> = {
  post: 'A message',
  edit: 'A change of a message',
  place: 'A channel or thread',
  react: 'A reaction',
  status: 'The status message',
  bundle: 'The hand-over bundle',
  forget: 'Forgetting',
};

/**
 * For the operator. The Director is told too when it is a bundle, which they wait for, when only
 * people can put it right, and when it cannot be said in #agency-log itself.
 */
export function tellParked(draft: AgencyDraft, event: EventOf<'delivery-parked'>): void {
  const { kind, lane, reason, waits } = event;
  const isForDirector = kind === 'bundle' || waits === true || lane === agencyPlaces.log;
  const body = waits === true ? waitingNotice(event) : parkedNotice(event);
  alert(draft, {
    cause: `${kind}: ${reason}`,
    places: [agencyPlaces.log, ...(isForDirector ? [agencyPlaces.director] : [])].filter(
      (place) => place !== lane,
    ),
    body,
  });
}

interface Alert {
  /** In words that are the same for the same cause. */
  cause: string;
  places: readonly PlaceKey[];
  body: PostBody;
}

function alert(draft: AgencyDraft, { cause, places, body }: Alert): void {
  const { at } = draft.event;
  const key = clip(cause, 200);
  const toldAt = draft.agency.alerts[key];
  if (toldAt !== undefined && at - toldAt < limits.alertEveryMs) {
    draft.out.receipt = { ok: false, reason: 'People were told of it within the last hour.' };
    return;
  }
  record(draft, { type: 'alert-given', cause: key, at });
  for (const place of places) say(draft, place, body);
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
export function tellDisk(draft: AgencyDraft, event: EventOf<'disk-changed'>): void {
  const { isLow, freeMb, path } = event;
  const where = clip(path, 500);
  alert(draft, {
    cause: isLow ? 'disk low' : 'disk roomy',
    places: [agencyPlaces.log, agencyPlaces.director],
    body: {
      type: 'notice',
      tone: isLow ? 'warning' : 'good',
      title: isLow ? 'The disk is nearly full' : 'The disk has room again',
      text: isLow
        ? `${freeMb} MB are left where I keep everything (\`${where}\`). Please make ` +
          'room. On a full disk I neither hear you nor get on. Nothing that I accepted is lost, ' +
          'and the work goes on by itself once there is room.'
        : `${freeMb} MB are free. The work goes on; please write again what was refused meanwhile.`,
    },
  });
}

export function tellEndpoint(draft: AgencyDraft, event: EventOf<'endpoint-changed'>): void {
  const { tier, model, isPreferred } = event;
  alert(draft, {
    cause: `${tier} endpoint ${isPreferred ? 'back' : 'away'}`,
    places: [agencyPlaces.log],
    body: {
      type: 'notice',
      tone: isPreferred ? 'good' : 'warning',
      title: isPreferred ? 'The first endpoint answers again' : 'Another endpoint answers',
      text: clip(`The ${tier} tier is answered by ${model} now.`, 1000),
    },
  });
}

const parts: Readonly<Record<PartName, { down: string; cure: string; up: string }>> = {
  memory: {
    down: 'Memory is degraded',
    cure:
      'The work goes on: I recall by words, from the database. The index is made whole by ' +
      'itself once Chroma answers; `/doctor` says more.',
    up: 'Memory is whole again',
  },
  turns: {
    down: 'Turns wait for a worker',
    cure: 'Nothing is lost. Start a worker, or look why those there are take none.',
    up: 'Turns are taken again',
  },
  deliveries: {
    down: 'Messages and changes are late',
    cure: 'Nothing is lost: they go out in their order. `/doctor` says whether Discord answers.',
    up: 'Messages and changes go out again',
  },
};

/** A part of the agency that it can do without for a while. */
export function tellPart(
  draft: AgencyDraft,
  { part, isUp, reason }: EventOf<'part-changed'>,
): void {
  const { down, cure, up } = parts[part];
  alert(draft, {
    cause: `${part} ${isUp ? 'up' : 'down'}`,
    places: [agencyPlaces.log],
    body: {
      type: 'notice',
      tone: isUp ? 'good' : 'warning',
      title: isUp ? up : down,
      text: isUp ? 'Nothing was lost meanwhile.' : `Why: ${reason}\n\n${cure}`,
    },
  });
}

// A decision of the agency being made: as in draft.ts, a fact is folded as soon as it is recorded.
import { evolveAgency } from '../agency.ts';
import type { Agency } from '../agency.ts';
import { projectManager } from '../agent.ts';
import type { Decision } from '../decision.ts';
import type { Event } from '../event.ts';
import type { AgencyFact } from '../fact.ts';
import type { PlaceKey } from '../place.ts';
import type { PostBody } from '../post.ts';

export interface AgencyDraft {
  agency: Agency;
  readonly event: Event;
  readonly out: Decision<AgencyFact>;
}

export function record(draft: AgencyDraft, fact: AgencyFact): void {
  draft.agency = evolveAgency(draft.agency, fact);
  draft.out.facts.push(fact);
}

export function say(draft: AgencyDraft, place: PlaceKey, body: PostBody): void {
  const id = `${draft.event.id}.post.${draft.out.posts.length + 1}`;
  draft.out.posts.push({ id, place, speaker: projectManager, body, notify: [], pin: false });
}

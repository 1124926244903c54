// A decision of the agency being made: as in draft.ts, a fact is folded as soon as it is recorded.
import { evolveAgency } from '../agency.ts';
import type { Agency } from '../agency.ts';
import { projectManager } from '../agent.ts';
import type { Agent } from '../agent.ts';
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

interface Saying {
  body: PostBody;
  speaker?: Agent;
  notify?: readonly string[];
  /** Only for posts that are edited later; others get an id from the event. */
  id?: string;
}

/** @param said a body that the Project Manager says, or more about it */
export function say(draft: AgencyDraft, place: PlaceKey, said: PostBody | Saying): void {
  const saying: Saying = 'body' in said ? said : { body: said };
  const { body, speaker = projectManager, notify = [] } = saying;
  const id = saying.id ?? `${draft.event.id}.post.${draft.out.posts.length + 1}`;
  draft.out.posts.push({ id, place, speaker, body, notify: [...notify], pin: false });
}

interface Editing {
  /** Of the post, as it was said. */
  id: string;
  place: PlaceKey;
  speaker: Agent;
  body: PostBody;
}

export function edit(draft: AgencyDraft, editing: Editing): void {
  const post = { ...editing, notify: [], pin: false };
  const id = `${draft.event.id}.edit.${editing.id}`;
  draft.out.edits.push({ id, postId: editing.id, post });
}

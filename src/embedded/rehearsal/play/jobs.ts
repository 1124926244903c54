// Which outputs a plan has, before they get ids: what was asked for, and what the flavour adds to
// prepare, back and close it.
// The invariant: there are two jobs at least, the last brings all together, and whenever there is a
// text whose first version can be too general, it is the second job (see `weakTask` in work.ts).
import { wantedOf } from '../objective/find-deliverables.ts';
import type { Wanted } from '../objective/find-deliverables.ts';
import { supportForms } from '../objective/support-forms.ts';
import { aspects } from '../write/aspects.ts';
import type { Extra, Flavour } from './flavours.ts';

export type Duty = 'groundwork' | 'main' | 'support' | 'closing';

export interface Job {
  wanted: Wanted;
  duty: Duty;
  deliver: boolean;
}

export function jobsFor(wanted: readonly Wanted[], flavour: Flavour): Job[] {
  const asked = wanted.length > 0 ? wanted : fallback(flavour);
  const taken = new Set(asked.map(({ file }) => file));
  const has = (extra: Extra) => flavour.extras.includes(extra);
  const extra = (form: keyof typeof supportForms, duty: Duty, deliver: boolean): Job[] => {
    const made = wantedOf(supportForms[form]);
    return taken.has(made.file) ? [] : [{ wanted: made, duty, deliver }];
  };
  // One output alone still gets a brief, so that two people are at work on it.
  const needsBrief = has('brief') || asked.length < 3;
  const before = [
    ...(needsBrief ? extra('brief', 'groundwork', false) : []),
    ...(has('audience') ? extra('audience', 'groundwork', false) : []),
  ];
  const mains = asked.map((one): Job => ({ wanted: one, duty: 'main', deliver: true }));
  const after = [
    ...(has('risks') ? extra('risks', 'support', false) : []),
    ...(has('checklist') ? extra('checklist', 'support', true) : []),
    ...(has('reader-test') ? extra('readerTest', 'support', false) : []),
  ];
  const [first, ...rest] = [...before.slice(0, 1), ...inOrder(mains, before.length > 0)];
  const jobs =
    first === undefined ? [] : [first, ...rest.slice(0, 1), ...before.slice(1), ...rest.slice(1)];
  return [...jobs, ...after, ...extra('overview', 'closing', true)];
}

function fallback({ id }: Flavour): Wanted[] {
  const main = wantedOf(supportForms.mainDocument);
  const list = wantedOf(supportForms.checklist);
  return id === 'minimal' ? [main] : [main, list];
}

/** The first text that can be too general goes where the second job of the plan will be. */
function inOrder(mains: readonly Job[], hasBrief: boolean): Job[] {
  const able = mains.filter(canBeGeneral);
  const others = mains.filter((job) => !canBeGeneral(job));
  if (hasBrief || able.length > 1) return [...able, ...others];
  const [first, ...rest] = others;
  return first === undefined ? able : [first, ...able, ...rest];
}

function canBeGeneral({ wanted }: Job): boolean {
  return wanted.form.aspects.some((id) => aspects[id].general !== undefined);
}

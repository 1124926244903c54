// Studies a project: whose output went back for a sentence that was too general is offered the
// habit that prevents it, for the domains of that work; whoever did well is left as they are.
import { z } from 'zod';
import { sectionOf } from '../read-request.ts';
import type { Asked } from '../read-request.ts';
import { generalAspectsIn } from '../write/aspects.ts';
import { marked, speech } from './said.ts';
import type { Played } from './said.ts';

const EvidenceLine = z.looseObject({
  id: z.string(),
  learner: z.string().nullable().catch(null),
  domains: z.array(z.string()).catch([]),
  text: z.string(),
});
const Earlier = z.looseObject({
  learner: z.string(),
  delta: z.looseObject({ text: z.string().optional() }),
});
const Learner = z.looseObject({
  learner: z.string(),
  bullets: z.array(z.looseObject({ text: z.string() })).catch([]),
});

export function playStudy(asked: Asked): Played {
  const evidence = sectionOf(asked, 'evidence', { schema: z.array(EvidenceLine), otherwise: [] });
  const found = evidence.flatMap((line) => {
    const [aspect] = generalAspectsIn(line.text);
    const { learner } = line;
    if (aspect?.habit === undefined || learner === null) return [];
    return [{ ...line, learner, habit: aspect.habit }];
  });
  const fresh = found.find((one) => !isKnown(asked, one));
  if (fresh === undefined) {
    return speech('I found nothing that a change of a system message would have prevented.');
  }
  const { learner, habit, domains } = fresh;
  const same = found.filter((one) => one.learner === learner && one.habit === habit);
  const rewrite = {
    learner,
    change: 'add',
    section: 'expectations',
    text: habit,
    scope: domains.slice(0, 3),
    hypothesis: 'First versions will not go back for a sentence that is too general.',
    evidence: same.map(({ id }) => id),
  };
  const advice = {
    to: 'pm',
    text: 'Say in the brief what the review will look for; the first version then has it.',
  };
  return {
    text: marked('One habit would have saved a revision; you decide.'),
    calls: asked.called.includes('propose-rewrite')
      ? []
      : [
          { name: 'propose-rewrite', args: rewrite },
          { name: 'advise', args: advice },
        ],
  };
}

/** It stands in the system message, or was proposed before. */
function isKnown(asked: Asked, { learner, habit }: { learner: string; habit: string }): boolean {
  const learners = sectionOf(asked, 'learners', { schema: z.array(Learner), otherwise: [] });
  const before = sectionOf(asked, 'proposed-before', { schema: z.array(Earlier), otherwise: [] });
  return (
    learners.some(
      (one) => one.learner === learner && one.bullets.some(({ text }) => text === habit),
    ) || before.some((one) => one.learner === learner && one.delta.text === habit)
  );
}

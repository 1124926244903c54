// Folds what was learned into the agency's state.
import type { LearningFact } from './fact.ts';
import type { Learning } from './learning.ts';
import { limits } from './limits.ts';
import type { Rewrite } from './rewrite.ts';

export function evolveLearning(learning: Learning, fact: LearningFact): Learning {
  switch (fact.type) {
    case 'work-judged': {
      const isOther = ({ projectId }: { projectId: string }) => projectId !== fact.projectId;
      return {
        ...learning,
        works: [...learning.works.filter(isOther), ...fact.works].slice(-limits.worksMax),
        pairings: [...learning.pairings.filter(isOther), ...fact.pairings].slice(
          -limits.pairingsMax,
        ),
      };
    }
    case 'advice-given':
      return {
        ...learning,
        advice: [...learning.advice, ...fact.advice].slice(-limits.adviceMax),
      };
    case 'rewrite-proposed':
      return {
        ...learning,
        rewriteCount: learning.rewriteCount + 1,
        rewrites: keepOpen([...learning.rewrites, fact.rewrite]),
      };
    case 'rewrite-dropped':
      return changeRewrite(learning, fact.rewrite, (rewrite) => ({
        ...rewrite,
        state: fact.state,
        by: fact.by,
        decidedAt: fact.at,
      }));
    case 'message-versioned': {
      const { type: _type, learner, undone, redone, bulletCount, ...version } = fact;
      const earlier = learning.versions[learner] ?? [];
      const decided = { by: fact.by, decidedAt: fact.at };
      return {
        ...learning,
        bulletCount,
        versions: { ...learning.versions, [learner]: [...earlier, version] },
        rewrites: learning.rewrites.map((one): Rewrite => {
          if (undone.includes(one.id)) return { ...one, ...decided, state: 'rolled-back' };
          if (one.id !== fact.rewrite && !redone.includes(one.id)) return one;
          return { ...one, ...decided, state: 'applied', to: fact.version };
        }),
      };
    }
  }
}

function changeRewrite(
  learning: Learning,
  id: string,
  change: (rewrite: Rewrite) => Rewrite,
): Learning {
  const rewrites = learning.rewrites.map((one) => (one.id === id ? change(one) : one));
  return { ...learning, rewrites };
}

/** What waits for the Director is never forgotten, and applied ones may be taken back. */
function keepOpen(rewrites: Rewrite[]): Rewrite[] {
  const isOver = ({ state }: Rewrite) => state !== 'open' && state !== 'applied';
  const over = rewrites.filter(isOver);
  const gone = new Set(over.slice(0, Math.max(0, over.length - limits.rewritesMax)));
  return rewrites.filter((one) => !gone.has(one));
}

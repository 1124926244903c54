// Folds what people had forgotten into the agency's state: asked → begun → done, or dropped.
import type { AgencyFact } from './fact.ts';
import type { Erasure } from './forgetting.ts';
import { limits } from './limits.ts';

interface Erasures {
  erasureCount: number;
  erasures: Erasure[];
}

export type ErasureFact = Extract<
  AgencyFact,
  { type: 'forgetting-asked' | 'forgetting-begun' | 'forgetting-dropped' | 'memory-forgotten' }
>;

export function evolveErasures({ erasureCount, erasures }: Erasures, fact: ErasureFact): Erasures {
  const change = (to: Partial<Erasure>): Erasures => ({
    erasureCount,
    erasures: erasures.map((one) => (one.id === fact.id ? { ...one, ...to } : one)),
  });
  switch (fact.type) {
    case 'forgetting-asked': {
      const { type: _type, ...asked } = fact;
      const erasure: Erasure = { ...asked, state: 'asked', proof: null };
      return {
        erasureCount: erasureCount + 1,
        erasures: [...erasures, erasure].slice(-limits.erasuresMax),
      };
    }
    case 'forgetting-begun':
      return change({ state: 'begun' });
    case 'forgetting-dropped':
      return change({ state: 'dropped' });
    case 'memory-forgotten':
      return change({ state: 'done', proof: fact.proof, at: fact.at });
  }
}

// What people can ask for is a form: the words they use for it, the file it becomes, its shape and
// whose trade it is. The lists of forms stand in forms.ts, piece-forms.ts and support-forms.ts.
// The surprise: a `pieces` form is one file with several numbered pieces ("three announcements").
import type { AspectId } from '../write/aspects.ts';

export type Trade = 'planner' | 'analyst' | 'writer' | 'researcher' | 'developer';
export type Shape = 'sections' | 'pieces' | 'amounts' | 'rows' | 'code';

export interface Form {
  id: string;
  /** Whole words, or endings of German compounds, in lower case. */
  words: RegExp;
  file: string;
  title: string;
  shape: Shape;
  sections: readonly string[];
  /** Words the document should have, at least and at most. */
  length: readonly [number, number];
  trade: Trade;
  aspects: readonly AspectId[];
  /** Of a `pieces` form: what one piece is called, and how many when nobody said. */
  piece?: string;
  pieces?: number;
}

type Sketch = Pick<Form, 'id' | 'words' | 'file' | 'title'> & Partial<Form>;

export function document(sketch: Sketch): Form {
  return {
    shape: 'sections',
    sections: ['Purpose', 'What we do', 'Next steps'],
    length: [180, 700],
    trade: 'writer',
    aspects: ['audience'],
    ...sketch,
  };
}

export function pieces(sketch: Sketch & { piece: string }): Form {
  return document({ shape: 'pieces', sections: [], pieces: 3, aspects: ['call'], ...sketch });
}

// What the agency makes for itself or adds to what was asked for: briefs, notes, checks and the
// overview. Nobody asks for them by name.
import { document } from './form.ts';
import type { Form } from './form.ts';
import { noWords } from './patterns.ts';

export const supportForms = {
  brief: document({
    id: 'brief',
    words: noWords,
    file: 'brief.md',
    title: 'Working brief',
    sections: ['What is wanted', 'Who it is for', 'Assumptions', 'Open points'],
    length: [140, 600],
    trade: 'researcher',
    aspects: [],
  }),
  audience: document({
    id: 'audience',
    words: noWords,
    file: 'audience.md',
    title: 'Audience notes',
    sections: ['Who reads this', 'What they ask first', 'What puts them off'],
    length: [120, 500],
    trade: 'researcher',
    aspects: [],
  }),
  risks: document({
    id: 'risks',
    words: noWords,
    file: 'risks.md',
    title: 'Risks and answers',
    sections: ['Main risks', 'What we do about them', 'Who watches what'],
    length: [140, 600],
    trade: 'analyst',
    aspects: ['owner'],
  }),
  readerTest: document({
    id: 'reader-test',
    words: noWords,
    file: 'reader-test.md',
    title: 'Reader test',
    sections: ['How it was read', 'What is clear', 'What to change'],
    length: [120, 500],
    trade: 'writer',
    aspects: [],
  }),
  mainDocument: document({
    id: 'main-document',
    words: noWords,
    file: 'proposal.md',
    title: 'Proposal',
    sections: ['Goal', 'Who it is for', 'What we do', 'Who does what', 'How we measure success'],
    length: [200, 800],
    trade: 'planner',
    aspects: ['audience', 'measure'],
  }),
  checklist: document({
    id: 'first-weeks',
    words: noWords,
    file: 'checklist.md',
    title: 'Checklist for the first weeks',
    sections: ['Week 1', 'Weeks 2 and 3', 'Week 4'],
    length: [120, 500],
    trade: 'planner',
    aspects: ['owner'],
  }),
  overview: document({
    id: 'overview',
    words: noWords,
    file: 'overview.md',
    title: 'Overview and consistency check',
    sections: [
      'What is in the package',
      'How the parts fit together',
      'Checked against each other',
    ],
    length: [130, 600],
    trade: 'writer',
    aspects: ['measure'],
  }),
} as const satisfies Record<string, Form>;

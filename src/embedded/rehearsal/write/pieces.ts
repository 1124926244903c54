// A file of several pieces: announcements, letters, ideas, lessons, stories, recipes. Each piece
// has its own occasion and its own build, so that three announcements are three and not one thrice.
import { capital } from '../objective/words.ts';
import { canonOf } from './canon.ts';
import type { Canon } from './canon.ts';
import type { Part } from './fit-length.ts';
import type { Palette, Scene } from './scene.ts';

export interface PiecesOrder {
  /** `announcement`, as the form is called. */
  form: string;
  /** `Announcement`, what one piece is called. */
  piece: string;
  count: number;
  level: number;
  /** Whether every piece has to end with a next step for its reader. */
  hasCall: boolean;
  /** Too general a sentence, which the second piece ends with instead; null for none. */
  general: string | null;
}

interface Piece {
  occasion: string;
  must: string[];
  more: string[];
}

interface Stage {
  scene: Scene;
  canon: Canon;
  palette: Palette;
}

type Writer = (stage: Stage, at: number) => Piece;

export function writePieces(scene: Scene, palette: Palette, order: PiecesOrder): Part[] {
  const canon = canonOf(scene.objective);
  const isVerse = /haiku|poem|gedicht/i.test(order.piece);
  const write = isVerse ? verse : (writers[order.form] ?? notice);
  const weakAt = order.general === null ? -1 : Math.min(1, order.count - 1);
  return Array.from({ length: order.count }, (_, at) => {
    const { occasion, must, more } = write({ scene, canon, palette }, at);
    const call = at === weakAt ? (order.general ?? '') : callFor(at);
    return {
      heading: `${'#'.repeat(order.level)} ${order.piece} ${at + 1}: ${occasion}`,
      must,
      more,
      ...(order.hasCall ? { last: call } : {}),
    };
  });
}

function callFor(at: number): string {
  const calls = [
    'Your next step: put week 2 into your calendar and bring one question along.',
    'Your next step: bring somebody along in week 2 who has not heard of it yet.',
    'Your next step: tell us by the end of week 1 whether you can help for one evening.',
    'Your next step: answer this message with yes or no; one word is enough.',
  ];
  return calls[at % calls.length] ?? '';
}

const writers: Readonly<Record<string, Writer>> = {
  letter,
  idea,
  story,
  lesson,
  recipe: lesson,
};

function notice({ scene, canon, palette }: Stage, at: number): Piece {
  const { topic, audience } = scene.objective;
  const pieces: Piece[] = [
    {
      occasion: 'for the notice board',
      must: [
        `**From week 2: ${canon.first}.** It is the first thing you will see of ${topic}.`,
        `It is made for ${audience}. Nothing to sign, nothing to pay on the first day.`,
      ],
      more: [`Later there will be ${canon.second} as well.`],
    },
    {
      occasion: 'a short post',
      must: [
        `Have you been waiting for this? In week 2 it begins: ${canon.first}.`,
        'Bring a question, take an answer home. No knowledge needed.',
      ],
      more: [`And from week 3: ${canon.second}.`],
    },
    {
      occasion: 'for people who know it already',
      must: [
        `You know how ${topic} began. Now comes the next part: ${canon.second}, from week 3.`,
        'What worked stays as it is; what nobody used is gone.',
      ],
      more: [`If you missed the beginning: there is still ${canon.first}.`],
    },
    {
      occasion: 'for the local paper',
      must: [
        `What began as an idea opens in week 2: ${canon.first}. Behind it stand people who have ` +
          `worked on ${topic} in their free time.`,
        `They will tell openly whether it works. Their measure: ${canon.measure}.`,
      ],
      more: [`The next stage follows in week 5: ${canon.third}.`],
    },
    {
      occasion: 'for partners next door',
      must: [
        `We would like you to hear it from us first: in week 2 there will be ${canon.first}.`,
        `If you wonder what happens when ${canon.risk.risk}: ${canon.risk.answer}.`,
      ],
      more: [`What would help us most: ${palette.activity()}.`],
    },
    {
      occasion: 'for those who could not come',
      must: [
        `You missed week 2? There is ${canon.first} again in week 4.`,
        'The questions asked most often are answered at the entrance.',
      ],
      more: [`New by then: ${canon.second}.`],
    },
    {
      occasion: 'a reminder, three days before',
      must: [`Three days to go: ${canon.first}. Everything is ready; only you are missing.`],
      more: ['If you cannot come, week 3 is just as good.'],
    },
    {
      occasion: 'a thank-you afterwards',
      must: [
        `Thank you for the first eight weeks of ${topic}.`,
        `What we counted: ${canon.measure}. What we keep: ${canon.first}.`,
      ],
      more: [`What comes next: ${palette.activity()}.`],
    },
  ];
  return pieceAt(pieces, at);
}

function pieceAt(pieces: readonly Piece[], at: number): Piece {
  return pieces[at % pieces.length] ?? { occasion: 'for everybody', must: [], more: [] };
}

function letter({ scene, canon }: Stage, at: number): Piece {
  const { topic, audience } = scene.objective;
  const pieces: Piece[] = [
    {
      occasion: 'to everybody it concerns',
      must: [
        'Dear all,',
        `we are writing because of ${topic}. In week 2 there will be ${canon.first}, and we ` +
          'would like you to hear of it first.',
        `You may wonder what happens if ${canon.risk.risk}. We have an answer: ` +
          `${canon.risk.answer}.`,
      ],
      more: [`It is meant for ${audience}; others are welcome too.`],
    },
    {
      occasion: 'an invitation',
      must: [
        'Dear friends,',
        `come and see what has become of ${topic}: in week 3 there is ${canon.second}.`,
        'There is something to drink, and nobody makes a long speech.',
      ],
      more: ['Bring somebody along who would never come alone.'],
    },
    {
      occasion: 'a request',
      must: [
        'Good morning,',
        `for ${topic} we need hands rather than money: one evening in week 1, to prepare ` +
          `${canon.first}.`,
        'Experience is not needed; somebody will show you what to do.',
      ],
      more: ['Whoever helps once is not asked twice.'],
    },
    {
      occasion: 'how it went',
      must: [
        'Dear all,',
        `eight weeks of ${topic} are over. We promised to tell you what we counted: ` +
          `${canon.measure}.`,
        `What goes on: ${canon.first}. What changes: ${canon.third} gets more time.`,
      ],
      more: ['Thank you for every question; most of them made it better.'],
    },
  ];
  return pieceAt(pieces, at);
}

function idea({ scene, canon, palette }: Stage, at: number): Piece {
  const [first = 'this', second = 'that'] = scene.objective.keywords.slice(at % 3);
  const lines = [
    `“${capital(first)}. Now, not some day.”`,
    `“Less talk about ${second}, more of it.”`,
    `“Come for the ${first}, stay for the people.”`,
    `“One small step a week. ${capital(second)} is next.”`,
    `“Ask us about ${first}.”`,
  ];
  const grounds = [canon.first, canon.second, canon.third, palette.activity(), palette.activity()];
  const ground = grounds[at % grounds.length] ?? canon.first;
  return {
    occasion: ['direct', 'a little cheeky', 'warm', 'calm', 'short'][at % 5] ?? 'plain',
    must: [`${lines[at % lines.length] ?? ''} Behind it stands something real: ${ground}.`],
    more: [`It fits ${scene.objective.topic} because it can be tried within a week.`],
  };
}

function lesson({ scene, canon, palette }: Stage, at: number): Piece {
  const aims = ['a first try', 'in pairs', 'without help', 'showing others', 'looking back'];
  const shown = [canon.first, canon.second, canon.third][at % 3] ?? canon.first;
  return {
    occasion: aims[at % aims.length] ?? 'practice',
    must: [
      `**Aim:** afterwards everybody has done one thing that belongs to ${scene.objective.topic}.`,
      [
        '1. Begin with what people know already (five minutes).',
        `2. Show what it is about: ${shown} (ten minutes).`,
        '3. Everybody tries, in pairs (twenty minutes).',
        '4. Two pairs show what they found (ten minutes).',
      ].join('\n'),
    ],
    more: [`If it goes wrong: ${palette.risk().answer}.`, `It worked if: ${palette.measure()}.`],
  };
}

function verse({ scene }: Stage, at: number): Piece {
  const [first = 'morning', second = 'evening'] = scene.objective.keywords;
  const verses = [
    [`${capital(first)}, early light –`, 'somebody counts to seven,', 'then begins to work.'],
    ['A door stands open.', `Who left the ${second} outside?`, 'Nobody says no.'],
    ['Rain on an old list:', `${first} still the first word,`, 'the ink does not run.'],
  ];
  return {
    occasion: ['morning', 'noon', 'evening'][at % 3] ?? 'night',
    must: [(verses[at % verses.length] ?? []).join('  \n')],
    more: ['Written to be read aloud, slowly, once.'],
  };
}

function story({ scene, canon }: Stage, at: number): Piece {
  const { topic, keywords } = scene.objective;
  const [first = 'a word', second = 'another'] = keywords;
  const pieces: Piece[] = [
    {
      occasion: 'the beginning',
      must: [
        `It began with one word on a slip of paper: “${first}”. Nobody knew who had left it there.`,
        `By the evening somebody had written below it: “${second}”.`,
      ],
      more: ['The paper stayed where it was. People began to walk past it on purpose.'],
    },
    {
      occasion: 'the turn',
      must: [
        `For a week they only talked about ${topic}. Then one of them stopped talking and began.`,
        `At first there was nothing to see. Then there was ${canon.first}.`,
      ],
      more: ['Nobody clapped. Two people stayed to tidy up, which was worth more.'],
    },
    {
      occasion: 'the end',
      must: [
        `In the end nobody argued about “${first}” any more.`,
        'The slip of paper is still there. Somebody has drawn a small sun beside the words.',
      ],
      more: [`It is still about ${topic}, if you ask them; they rarely do.`],
    },
  ];
  return pieceAt(pieces, at);
}

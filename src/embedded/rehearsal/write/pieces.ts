// A file of several pieces: announcements, letters, ideas, lessons, stories, recipes. Each piece has
// its own occasion and its own build, so that three announcements are three and not one thrice.
import type { Dice } from '../dice.ts';
import { capital } from '../objective/words.ts';
import type { Aspect } from './aspects.ts';
import type { Part } from './fit-length.ts';
import { paletteOf } from './scene.ts';
import type { Palette, Scene } from './scene.ts';

export interface PiecesOrder {
  /** `announcement`, as the form is called. */
  form: string;
  /** `Announcement`, what one piece is called. */
  piece: string;
  count: number;
  level: number;
  /** The point that every piece has to meet, and how the weak one misses it. */
  closing: (activity: string, at: number) => string;
  weakAt: number | null;
  weakness: Aspect | null;
}

interface Piece {
  occasion: string;
  must: string[];
  more: string[];
}

type Writer = (scene: Scene, palette: Palette, at: number) => Piece;

export function writePieces(scene: Scene, dice: Dice, order: PiecesOrder): Part[] {
  const palette = paletteOf(scene.objective, dice);
  const write = writers[order.form] ?? notice;
  return Array.from({ length: order.count }, (_, at) => {
    const { occasion, must, more } = write(scene, palette, at);
    const general = order.weakness?.general;
    const isWeak = at === order.weakAt && general !== undefined;
    const closing = isWeak ? general : order.closing(palette.activity(), at);
    return {
      heading: `${'#'.repeat(order.level)} ${order.piece} ${at + 1}: ${occasion}`,
      must: [...must, ...(closing === '' ? [] : [closing])],
      more,
    };
  });
}

const writers: Readonly<Record<string, Writer>> = {
  letter,
  idea,
  story,
  lesson,
  recipe: lesson,
};

const occasions = [
  'for the notice board',
  'for a short post',
  'for people who were there before',
  'for the local paper',
  'for partners and neighbours',
  'a reminder, three days before',
  'for those who could not come',
  'a thank-you afterwards',
];

function notice({ objective }: Scene, palette: Palette, at: number): Piece {
  const { topic, audience } = objective;
  const activity = palette.activity();
  const openings = [
    `**Starting in week 2: ${activity}.** That is the first thing you will see of ${topic}.`,
    `Have you been waiting for this? From week 2 there is ${activity}.`,
    `You know how it began; now comes the next part of ${topic}: ${activity}.`,
    `Week 2 brings something new: ${activity}. Behind it stand people who have prepared it for weeks.`,
    `We would like you to hear it from us first: there will be ${activity}.`,
    `Three days to go until ${activity}. Everything is ready, only you are missing.`,
    `You missed the first time? There will be ${activity} again in week 4.`,
    `Thank you. Without you there would be no ${activity.replace(/^an? /, '')}.`,
  ];
  const bodies = [
    `It is made for ${audience}. Nothing to sign, nothing to pay on the first day.`,
    'Bring a question, take an answer home. No knowledge needed.',
    `What is new since then: ${palette.activity()}.`,
    `In the weeks after that follows ${palette.activity()}.`,
    'If you want to help, one evening is enough to begin with.',
  ];
  return {
    occasion: occasions[at % occasions.length] ?? 'for everybody',
    must: [openings[at % openings.length] ?? '', bodies[at % bodies.length] ?? ''],
    more: [
      `Whether it is worth it shows in numbers: ${palette.measure()}.`,
      `Later on there may also be ${palette.activity()}.`,
    ],
  };
}

function letter({ objective }: Scene, palette: Palette, at: number): Piece {
  const greetings = ['Dear neighbours,', 'Dear friends,', 'Dear all,', 'Good morning,'];
  const reasons = [
    `we are writing because of ${objective.topic}, and because we would like you to hear of it first.`,
    `a few weeks ago some of us began to work on ${objective.topic}. Now it concerns you as well.`,
    `this is an invitation: come and see what has become of ${objective.topic}.`,
    `we have a request about ${objective.topic}, and we keep it short.`,
  ];
  const risk = palette.risk();
  return {
    occasion: occasions[(at + 4) % occasions.length] ?? 'for everybody',
    must: [
      greetings[at % greetings.length] ?? 'Dear all,',
      `${reasons[at % reasons.length] ?? ''} In week 2 there will be ${palette.activity()}.`,
      `You may wonder: what if ${risk.risk}? We have an answer: ${risk.answer}.`,
    ],
    more: [`Those who like numbers: ${palette.measure()}.`, 'A yes or a no in one line is enough.'],
  };
}

function idea({ objective }: Scene, palette: Palette, at: number): Piece {
  const activity = palette.activity();
  const [first = 'this', second = 'that'] = objective.keywords.slice(at % 3);
  const lines = [
    `“${capital(first)}. Now, not some day.”`,
    `“Less talk about ${second}, more of it.”`,
    `“Come for the ${first}, stay for the people.”`,
    `“One small step a week; ${second} is next.”`,
    `“Ask us about ${first}.”`,
  ];
  return {
    occasion: activity.replace(/^an? /, ''),
    must: [
      `${lines[at % lines.length] ?? ''} It builds on ${activity}.`,
      `Why it fits ${objective.topic}: it can be tried in a week and it costs little.`,
    ],
    more: [`Watch out: ${palette.risk().risk}.`],
  };
}

function lesson({ objective }: Scene, palette: Palette, at: number): Piece {
  const aims = [
    'a first try',
    'doing it in pairs',
    'without help',
    'showing others',
    'looking back',
  ];
  return {
    occasion: aims[at % aims.length] ?? 'practice',
    must: [
      `**Aim:** after this part everybody has done one thing that belongs to ${objective.topic}.`,
      [
        `1. Begin with what people know already (five minutes).`,
        `2. Show ${palette.activity()} (ten minutes).`,
        '3. Everybody tries, in pairs (twenty minutes).',
        '4. Two pairs show what they found (ten minutes).',
      ].join('\n'),
    ],
    more: [
      `If it goes wrong: ${palette.risk().answer}.`,
      `How you know it worked: ${palette.measure()}.`,
    ],
  };
}

function story({ objective }: Scene, palette: Palette, at: number): Piece {
  const [first = 'the first thing', second = 'the second'] = objective.keywords.slice(at % 2);
  const scenes = [
    `It began with one word on a slip of paper: ${first}. Nobody knew who had left it there.`,
    `By the second morning the word had company. Somebody had added ${second}, in another hand.`,
    `In the end they did not argue about ${first} any more. They simply began.`,
    `Years later somebody asked how ${second} came into it. Three people told three stories.`,
  ];
  return {
    occasion: ['the beginning', 'the turn', 'the end', 'afterwards'][at % 4] ?? 'more',
    must: [
      scenes[at % scenes.length] ?? '',
      `What followed had to do with ${objective.topic}: there was ${palette.activity()}, and it was enough.`,
    ],
    more: [`And because ${palette.risk().risk}, nobody was bored.`],
  };
}

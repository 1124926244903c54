// What stands under a heading. The heading's words pick a theme, the theme writes: first what the
// section must say, then sentences that may follow when the document should be longer.
// The invariant: {topic} and the audience are only used where any noun phrase fits ("about …",
// "work on …"), because they come from whatever the Director wrote.
import { capital, listed } from '../objective/words.ts';
import type { Palette, Scene } from './scene.ts';

export interface SectionText {
  must: string[];
  more: string[];
}

export interface SectionOrder {
  heading: string;
  /** What the document is: `plan`, `guide`. */
  kind: string;
  /** The rank of the section in its document, from 0. */
  at: number;
}

type Theme = (scene: Scene, palette: Palette, order: SectionOrder) => SectionText;

const themes: readonly [RegExp, Theme][] = [
  [/what is in the package|contents|parts$/i, contents],
  [/fit together|checked against|consisten|how it was read|sources|evidence/i, crossCheck],
  [/what is wanted|background|context|request/i, wanted],
  [
    /mistake|put.* off|avoid|goes wrong|behind|risk|open point|limit|change$|what to change/i,
    risks,
  ],
  [/what we do about/i, answers],
  [/question|ask first|faq/i, questions],
  [/who does|responsib|team|who decides|who watches|roles?|owner/i, roles],
  [/who|audience|reader|people|for whom/i, audience],
  [/measure|success|goal reached|result|how answers/i, measures],
  [/assum|finding|facts|we know|what is clear/i, assumptions],
  [/money|budget|cost|price|resource/i, money],
  [/week|before|on the day|afterwards|checklist|to do/i, tasksByTime],
  [/step|how it works|schedule|timeline|phase|plan|session|taking part|take part/i, steps],
  [/rules?\b|terms/i, rules],
  [/recommend|next|decision/i, nextSteps],
  [/offer|what we do|what it shows|service|idea/i, offer],
  [/goal|purpose|aim|why|objective|summary|introduction|overview|headline|slide 1$/i, goal],
];

/** In documents of many like sections, such as slides, each takes the next theme. */
const inTurn: readonly Theme[] = [goal, audience, offer, steps, money, nextSteps, risks, measures];

export function writeSection(scene: Scene, palette: Palette, order: SectionOrder): SectionText {
  const theme = themes.find(([pattern]) => pattern.test(order.heading))?.[1];
  const write = theme ?? inTurn[order.at % inTurn.length] ?? goal;
  return write(scene, palette, order);
}

function goal({ objective }: Scene, palette: Palette, { kind }: SectionOrder): SectionText {
  const { topic, keywords } = objective;
  const words = listed(keywords.slice(0, 3).map((word) => `“${word}”`));
  return {
    must: [
      `This ${kind} is about ${topic}. Its goal: within eight weeks there is ${palette.activity()}, and it is settled who keeps it going.`,
    ],
    more: [
      `It starts small. ${capital(palette.activity())} comes first, because two weeks are enough to see whether it is wanted.`,
      ...(words === ''
        ? []
        : [`The Director’s own words, ${words}, are what everything here is held against.`]),
      `Whatever does not serve ${topic} in the first eight weeks is left for later.`,
    ],
  };
}

function wanted({ objective, outputs }: Scene, palette: Palette): SectionText {
  const { topic, keywords } = objective;
  return {
    must: [
      outputs === ''
        ? `Wanted is work on ${topic} that can be used as it is.`
        : `Wanted: ${outputs}`,
      `The subject is ${topic}; the words to keep in mind are ${listed(keywords.slice(0, 5)) || 'those of the objective'}.`,
    ],
    more: [
      `As a picture of the result: there is ${palette.activity()}, and people know about it.`,
      'Nothing in the request asks for a long text; whoever reads it should be done in minutes.',
    ],
  };
}

function audience({ objective }: Scene, palette: Palette): SectionText {
  const { audience: readers, topic } = objective;
  return {
    must: [
      `It is written for these readers: ${readers}. They decide within a few lines whether ${topic} concerns them.`,
    ],
    more: [
      'They ask first what it costs them, when it happens and whom they can talk to.',
      `They believe what they can see: ${palette.activity()} convinces more than a promise.`,
      'They have little time, so the first sentence of every part says what it is about.',
    ],
  };
}

function steps({ objective }: Scene, palette: Palette): SectionText {
  const rows = [
    `1. **Week 1:** agree on the smallest version of ${objective.topic} and name the people.`,
    `2. **Week 2:** try it out, with ${palette.activity()}.`,
    `3. **Weeks 3 and 4:** add ${palette.activity()}; write down what people ask.`,
    `4. **Weeks 5 to 8:** keep what is used, drop the rest, and report the numbers.`,
  ];
  return {
    must: [rows.join('\n')],
    more: [
      'Every step ends with something that can be shown to somebody who was not there.',
      `If week 2 goes better than expected, ${palette.activity()} moves forward by one week.`,
      'A step that takes more than two weeks is cut in two.',
    ],
  };
}

function tasksByTime(_scene: Scene, palette: Palette, { at }: SectionOrder): SectionText {
  const lists = [
    ['Agree on the date and tell everybody who helps', 'Try it once', 'Pack what is needed'],
    ['Welcome people and say what happens next', 'Note questions as they come', 'Count who came'],
    ['Thank the helpers by name', 'Write down three things to do better', 'Set the next date'],
  ];
  const items = [...(lists[at % lists.length] ?? []), `Prepare ${palette.activity()}`];
  return {
    must: [items.map((item) => `- [ ] ${item}`).join('\n')],
    more: [
      `Allow half a day for ${palette.activity()}.`,
      'What is ticked here needs no further report.',
      'Items that stay open for a week go to the coordinator.',
    ],
  };
}

function roles({ objective }: Scene, palette: Palette): SectionText {
  return {
    must: [
      [
        '- **Coordinator:** keeps the dates, answers questions, calls the weekly half hour.',
        '- **Treasurer:** compares what is spent with the estimate, every second week.',
        `- **Helpers:** prepare ${palette.activity()}, in pairs.`,
      ].join('\n'),
    ],
    more: [
      'Each role has a deputy, so that a holiday stops nothing.',
      `Decisions on ${objective.topic} that cost money are made by two people, never by one.`,
      'Whoever takes over a role gets an hour with the one who had it.',
    ],
  };
}

function measures(_scene: Scene, palette: Palette): SectionText {
  return {
    must: [[`- ${capital(palette.measure())}.`, `- ${capital(palette.measure())}.`].join('\n')],
    more: [
      'The count is made on the same weekday by the same person, so that weeks can be compared.',
      `As a counter-check: ${palette.measure()}.`,
      'If a number falls behind by a third, the next step waits until the reason is known.',
    ],
  };
}

function risks(_scene: Scene, palette: Palette): SectionText {
  const [first, second, third] = [palette.risk(), palette.risk(), palette.risk()];
  const line = ({ risk, answer }: typeof first) => `- ${capital(risk)}. Answer: ${answer}.`;
  return {
    must: [[line(first), line(second)].join('\n')],
    more: [
      `Less likely, but costly: ${third.risk}. Then: ${third.answer}.`,
      'None of these is a reason not to start; each is a reason to look again after two weeks.',
    ],
  };
}

function answers({ objective }: Scene, palette: Palette): SectionText {
  const { answer } = palette.risk();
  return {
    must: [`For each risk one answer is prepared before the start. The first one: ${answer}.`],
    more: [
      `Work on ${objective.topic} stops for a day when two of these happen at once.`,
      `A second line of defence is ${palette.activity()}.`,
    ],
  };
}

function assumptions(scene: Scene, palette: Palette): SectionText {
  const { objective } = scene;
  return {
    must: [
      [
        `- Assumed: people look for ${palette.activity()} and do not find it today.`,
        `- Assumed: the first eight weeks decide whether ${objective.topic} goes on.`,
        '- Not known: how many will come; the first two weeks are there to find out.',
      ].join('\n'),
    ],
    more: [
      'No figure here comes from a source outside; each is an estimate that a person should check.',
      `What would change the picture: ${palette.risk().risk}.`,
    ],
  };
}

function money({ objective, handed }: Scene, palette: Palette): SectionText {
  const table = handed.find(({ file }) => file.endsWith('.csv'));
  const [first] = objective.lore.costs;
  const figure =
    table === undefined || table.fact === ''
      ? `The largest item is likely to be this one: ${(first?.item ?? 'working time').toLowerCase()}.`
      : `The figures stand in \`${table.file}\` (${table.fact}).`;
  return {
    must: [`${figure} Nothing is bought before the trial in week 2.`],
    more: [
      'Ten percent are kept back as a reserve.',
      `Free of charge from the start: ${palette.activity()}.`,
    ],
  };
}

function questions({ objective }: Scene, palette: Palette): SectionText {
  const { risk, answer } = palette.risk();
  return {
    must: [
      [
        `**When does it start?** In week 1 with a small group, in week 2 for everybody.`,
        `**What do I get?** You get ${palette.activity()}.`,
        `**What if ${risk}?** We are prepared: ${answer}.`,
      ].join('\n\n'),
    ],
    more: [
      `**Is ${objective.topic} for me?** It is meant for ${objective.audience}; others are welcome too.`,
      '**Whom do I ask?** The coordinator, at any meeting or by a note in the letter box.',
    ],
  };
}

function rules(_scene: Scene, palette: Palette): SectionText {
  return {
    must: [
      [
        '1. Everybody may take part; nobody has to.',
        `2. There is ${palette.activity()}, and who uses it leaves it as it was.`,
        '3. Money is spent by two people together and written down the same day.',
        '4. Disagreement is settled at the next meeting, by a simple majority.',
      ].join('\n'),
    ],
    more: ['A rule that nobody needed for a year is struck out.'],
  };
}

function nextSteps(_scene: Scene, palette: Palette): SectionText {
  return {
    must: [
      [
        '1. This week: read this page with two people who were not part of it.',
        `2. Next week: try ${palette.activity()}.`,
        '3. In two weeks: decide whether to go on, change or stop.',
      ].join('\n'),
    ],
    more: [
      'Each step has a date in the calendar before this page is passed on.',
      `What can wait until week 5: ${palette.activity()}.`,
    ],
  };
}

function offer({ objective }: Scene, palette: Palette): SectionText {
  const items = [palette.activity(), palette.activity(), palette.activity()];
  return {
    must: [
      `For ${objective.topic} there will be:\n\n${items.map((item) => `- ${item}`).join('\n')}`,
    ],
    more: [
      'All of it is small enough to begin without asking anybody for permission.',
      `Later, if it is wanted: ${palette.activity()}.`,
    ],
  };
}

function contents({ handed, objective }: Scene): SectionText {
  const list = handed.map(({ file, task }) => `- \`${file}\` (${task})`);
  return {
    must: [
      list.length === 0
        ? `The package holds this page; it is about ${objective.topic}.`
        : `Everything here is about ${objective.topic}:\n\n${list.join('\n')}`,
    ],
    more: ['Each part can be read alone; together they take a quarter of an hour.'],
  };
}

function crossCheck({ handed, answers: heard, objective }: Scene, palette: Palette): SectionText {
  const facts = handed.filter(({ fact }) => fact !== '');
  const cited = facts.slice(0, 4).map(({ file, fact }) => `- \`${file}\`: ${fact}`);
  const asked = heard.map(({ by, text }) => `${by} was asked and answered: “${text}”`);
  const names = listed(handed.map(({ file }) => `\`${file}\``));
  return {
    must: [
      cited.length === 0
        ? `Read side by side, the parts name the same readers: ${objective.audience}.`
        : `Compared line by line:\n\n${cited.join('\n')}`,
      ...asked,
    ],
    more: [
      names === '' ? '' : `Weeks and roles are named alike in ${names}.`,
      `Found while comparing: ${palette.activity()} is best mentioned once, in the first part.`,
      'No part promises something that another part leaves out.',
    ].filter((sentence) => sentence !== ''),
  };
}

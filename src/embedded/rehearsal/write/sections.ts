// What stands under a heading. The heading's words pick a theme, the theme writes: first what the
// section must say, then sentences that may follow when the document should be longer.
// The invariant: the topic and the audience are only used where any noun phrase fits ("about …",
// "work on …"), because they come from whatever the Director wrote.
import { capital, clip, listed } from '../objective/words.ts';
import { canonOf } from './canon.ts';
import type { Canon } from './canon.ts';
import { contents, crossCheck, dependencies } from './comparison.ts';
import type { SectionText } from './comparison.ts';
import type { Palette, Scene } from './scene.ts';

export interface SectionOrder {
  heading: string;
  /** What the document is: `plan`, `guide`. */
  kind: string;
  /** The rank of the section in its document, from 0. */
  at: number;
}

interface Stage {
  scene: Scene;
  canon: Canon;
  palette: Palette;
}

type Theme = (stage: Stage, order: SectionOrder) => SectionText;

const themes: readonly [RegExp, Theme][] = [
  [/what is in the package|contents|parts$/i, ({ scene }) => contents(scene)],
  [/fit together/i, ({ scene }) => dependencies(scene)],
  [/checked against|consisten|how it was read|sources|evidence/i, checked],
  [/what is wanted|background|context|request/i, wanted],
  [/what is clear/i, clear],
  [/mistake|put.* off|avoid|goes wrong|behind|risk|open point|limit|change$|to change/i, risks],
  [/what we do about/i, answers],
  [/question|ask first|faq/i, questions],
  [/who does|responsib|team|who decides|who watches|roles?|owner/i, roles],
  [/who|audience|reader|people|for whom/i, audience],
  [/measure|success|result|how answers/i, measures],
  [/assum|finding|facts|we know/i, assumptions],
  [/to buy|to borrow|before you pay/i, shopping],
  [/money|budget|cost|price|resource/i, money],
  [/week by week|timeline|calendar/i, weekTable],
  [/^weeks? \d/i, weekList],
  [/before you start/i, preparation],
  [/before|on the day|afterwards|checklist|to do/i, dayList],
  [/step|how it works|schedule|phase|plan|session|taking part|take part/i, steps],
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
  return write({ scene, palette, canon: canonOf(scene.objective) }, order);
}

function goal({ scene, canon, palette }: Stage, { kind }: SectionOrder): SectionText {
  const { topic, keywords } = scene.objective;
  const words = listed(keywords.slice(0, 3).map((word) => `“${word}”`));
  return {
    must: [
      `This ${kind} is about ${topic}. Its goal: from week 2 there is ${canon.first}, and after ` +
        'eight weeks it is settled who keeps it going.',
    ],
    more: [
      'It starts small, because two weeks are enough to see whether it is wanted.',
      ...(words === '' ? [] : [`Your own words, ${words}, are what everything is held against.`]),
      `Left for later on purpose: ${palette.activity()}.`,
    ],
  };
}

function wanted({ scene, canon }: Stage): SectionText {
  const { topic, keywords } = scene.objective;
  const words = listed(keywords.slice(0, 5).map((word) => `“${word}”`));
  const outputs = scene.outputs === '' ? `work on ${topic}, ready to use.` : scene.outputs;
  return {
    must: [
      `Wanted: ${outputs}`,
      `The subject is ${topic}. ${words === '' ? '' : `Words to keep in mind: ${words}.`}`.trim(),
    ],
    more: [
      `A picture of the result: in week 2 there is ${canon.first}, and people know about it.`,
      'Nothing in the request asks for long texts; a reader should be done in minutes.',
    ],
  };
}

function audience({ scene, canon }: Stage): SectionText {
  const { audience: readers, topic } = scene.objective;
  return {
    must: [
      `It is written for these readers: ${readers}. They decide within a few lines whether ` +
        `${topic} concerns them.`,
    ],
    more: [
      'They ask first what it costs them, when it happens and whom they can talk to.',
      `They believe what they can see: ${canon.first} convinces more than a promise.`,
      'They have little time, so the first sentence of every part says what it is about.',
    ],
  };
}

function clear({ scene, canon }: Stage): SectionText {
  const named = scene.handed.filter(({ text }) => text.includes(canon.first));
  const files = listed(named.map(({ file }) => `\`${file}\``));
  return {
    must: [
      files === ''
        ? `A reader who had not heard of it understood at once what ${scene.objective.topic} means.`
        : `Understood at once, in ${files}: in week 2 there is ${canon.first}.`,
    ],
    more: ['Lists were read twice, paragraphs once; headings were enough to find a place again.'],
  };
}

function steps({ canon, palette }: Stage): SectionText {
  const rows = [
    '1. **Week 1:** agree on the smallest useful start, name the people, reserve the place.',
    `2. **Week 2:** begin with ${canon.first}; write down what people ask.`,
    `3. **Weeks 3 and 4:** add ${canon.second}.`,
    `4. **Weeks 5 to 8:** add ${canon.third}; keep what is used, drop the rest.`,
  ];
  return {
    must: [rows.join('\n')],
    more: [
      'Every step ends with something that can be shown to somebody who was not there.',
      `If week 2 goes better than expected, ${canon.second} moves forward by a week.`,
      `Only after that comes ${palette.activity()}.`,
    ],
  };
}

function weekTable({ canon }: Stage): SectionText {
  const rows = [
    ['Week', 'What', 'Who', 'Done when'],
    ['---', '---', '---', '---'],
    ['1', 'Prepare: people, place, material', 'Coordinator', 'names are on a list'],
    ['2', `Begin: ${canon.first}`, 'Helpers', 'it has happened once'],
    ['3–4', `Add: ${canon.second}`, 'Helpers', 'questions are written down'],
    ['5–7', `Add: ${canon.third}`, 'Everybody', 'it runs without reminders'],
    ['8', `Count: ${canon.measure}`, 'Treasurer', 'the number is on the notice board'],
  ];
  return {
    must: [rows.map((row) => `| ${row.join(' | ')} |`).join('\n')],
    more: [
      'Week 1 begins on the first Monday after the decision; there is no date before that.',
      'Two weeks without an entry are left free on purpose: something always takes longer.',
    ],
  };
}

function weekList({ canon, palette }: Stage, { at }: SectionOrder): SectionText {
  const lists = [
    ['Name a coordinator and a deputy', 'Reserve the place', `Prepare ${canon.first}`],
    [`Begin with ${canon.first}`, 'Note every question', `Prepare ${canon.second}`],
    [`Add ${canon.second}`, `Count: ${canon.measure}`, 'Decide what goes on'],
  ];
  return checklist(lists[at % lists.length] ?? [], palette);
}

function dayList({ canon, palette }: Stage, { at }: SectionOrder): SectionText {
  const lists = [
    ['Tell everybody who helps the day and the place', `Prepare ${canon.first}`, 'Try it once'],
    ['Welcome people and say what happens next', 'Note questions as they come', 'Count who came'],
    ['Thank the helpers by name', 'Write down three things to do better', 'Set the next day'],
  ];
  return checklist(lists[at % lists.length] ?? [], palette);
}

function preparation({ canon, palette }: Stage): SectionText {
  const items = [
    'Read the steps once to the end',
    'Lay out what the first step needs',
    `Know what it leads to: ${canon.first}`,
  ];
  return checklist(items, palette);
}

function checklist(items: readonly string[], palette: Palette): SectionText {
  return {
    must: [items.map((item) => `- [ ] ${item}`).join('\n')],
    more: [
      'What stays open for a week goes to the coordinator.',
      `If there is time left: ${palette.activity()}.`,
      'What is ticked needs no further report.',
    ],
  };
}

function shopping({ scene }: Stage, { at }: SectionOrder): SectionText {
  const goods = scene.objective.lore.costs.filter(({ kind }) => /material|equipment/i.test(kind));
  const [some, others] = [goods.slice(0, 4), goods.slice(2, 5)];
  const line = (item: string) => `- [ ] ${item}`;
  const lists = [
    some.map(({ item, quantity }) => line(`${item}: ${quantity[0]} to begin with`)),
    others.map(({ item }) => line(`${item}: ask around before buying`)),
    [line('Compare two prices'), line('Keep the receipt'), line('Write the sum down the same day')],
  ];
  return {
    must: [(lists[at % lists.length] ?? []).join('\n')],
    more: ['Quantities are estimates for the first two weeks; buy the second half later.'],
  };
}

function roles({ scene, canon }: Stage): SectionText {
  return {
    must: [
      [
        '- **Coordinator:** keeps the weeks, answers questions, calls the weekly half hour.',
        '- **Treasurer:** compares what is spent with the estimate, every second week.',
        `- **Helpers:** prepare ${canon.first}, in pairs.`,
      ].join('\n'),
    ],
    more: [
      'Each role has a deputy, so that a holiday stops nothing.',
      `Decisions on ${scene.objective.topic} that cost money are made by two people.`,
      'Whoever takes over a role gets an hour with the one who had it.',
    ],
  };
}

function measures({ canon, palette }: Stage): SectionText {
  return {
    must: [[`- ${capital(canon.measure)}.`, `- ${capital(canon.counterCheck)}.`].join('\n')],
    more: [
      'The count is made on the same weekday by the same person, so that weeks can be compared.',
      'If a number falls behind by a third, the next step waits until the reason is known.',
      `Nice to have, but not decisive: ${palette.measure()}.`,
    ],
  };
}

function risks({ canon, palette }: Stage): SectionText {
  const [second, third] = [palette.risk(), palette.risk()];
  const line = ({ risk, answer }: Canon['risk']) => `- ${capital(risk)}. Answer: ${answer}.`;
  return {
    must: [[line(canon.risk), line(second)].join('\n')],
    more: [
      `Less likely, but costly: ${third.risk}. Then: ${third.answer}.`,
      'None of these is a reason not to start; each is a reason to look again after two weeks.',
    ],
  };
}

function answers({ scene, canon, palette }: Stage): SectionText {
  return {
    must: [
      `For each risk one answer is prepared before week 2. The first one: ${canon.risk.answer}.`,
    ],
    more: [
      `Work on ${scene.objective.topic} pauses for a day when two of these happen at once.`,
      `A second line of defence: ${palette.risk().answer}.`,
    ],
  };
}

function assumptions({ scene, canon, palette }: Stage): SectionText {
  return {
    must: [
      [
        `- Assumed: people would use ${canon.first} and do not find it today.`,
        `- Assumed: eight weeks are enough to decide whether ${scene.objective.topic} goes on.`,
        '- Not known: how many will come; the first two weeks are there to find out.',
      ].join('\n'),
    ],
    more: [
      'No figure here comes from a source outside; each is an estimate that a person checks.',
      `What would change the picture: ${palette.risk().risk}.`,
    ],
  };
}

function money({ scene }: Stage): SectionText {
  const table = scene.handed.find(({ file }) => file.endsWith('.csv'));
  const item = (scene.objective.lore.costs[0]?.item ?? 'working time').toLowerCase();
  const figure =
    table === undefined || table.fact === ''
      ? `The largest item is likely to be this one: ${item}.`
      : `The figures stand in \`${table.file}\` (${table.fact}).`;
  return {
    must: [`${figure} Nothing is bought before week 2 has been agreed.`],
    more: ['A reserve is kept back, and two people look at every larger bill.'],
  };
}

function questions({ scene, canon }: Stage, { at }: SectionOrder): SectionText {
  const { audience: readers } = scene.objective;
  const sets = [
    [
      '**When does it start?** In week 1 for those who prepare it, in week 2 for everybody.',
      `**What do I get?** From week 2 there is ${canon.first}.`,
    ],
    [
      '**What does it cost me?** Nothing on the first day; after that it is said beforehand.',
      '**Where does the money go?** The treasurer shows it every second week.',
    ],
    [
      `**Is it for me?** It is meant for ${readers}; others are welcome too.`,
      `**What comes later?** There is ${canon.second}, and then ${canon.third}.`,
    ],
    [
      `**What if ${canon.risk.risk}?** We are prepared: ${canon.risk.answer}.`,
      '**Whom do I ask?** The coordinator, in person or with a note.',
    ],
  ];
  return {
    must: [(sets[at % sets.length] ?? []).join('\n\n')],
    more: ['**Can I help?** Yes: one evening is enough to begin with.'],
  };
}

function rules({ canon }: Stage): SectionText {
  return {
    must: [
      [
        '1. Everybody may take part; nobody has to.',
        `2. There is ${canon.first}, and who uses it leaves it as it was.`,
        '3. Money is spent by two people together and written down the same day.',
        '4. Disagreement is settled at the next meeting, by a simple majority.',
      ].join('\n'),
    ],
    more: ['A rule that nobody needed for a year is struck out.'],
  };
}

function nextSteps({ canon }: Stage): SectionText {
  return {
    must: [
      [
        '1. This week: read this with two people who were not part of it.',
        `2. Week 2: begin with ${canon.first}.`,
        `3. Week 4: look at the number (${canon.measure}) and decide whether to go on.`,
      ].join('\n'),
    ],
    more: [
      'Each step is in somebody’s calendar before this page is passed on.',
      `What can wait until week 5: ${canon.third}.`,
    ],
  };
}

function offer({ scene, canon }: Stage): SectionText {
  const items = [canon.first, canon.second, canon.third].map((item) => `- ${item}`);
  return {
    must: [`For ${scene.objective.topic} there will be:\n\n${items.join('\n')}`],
    more: ['All of it is small enough to begin without asking anybody for permission.'],
  };
}

function checked({ scene, canon }: Stage): SectionText {
  const { must, more } = crossCheck(scene, canon);
  const asked = scene.answers.map(({ by, text }) => `${by}, asked: “${clip(text, 240)}”`);
  return { must: [...must, ...asked], more };
}

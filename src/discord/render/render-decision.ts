// What waits for the Director: approach cards, and the cards of #decisions. A card that was decided
// says so and loses its buttons, so nobody decides twice.
import { projectOfDecision } from '../../domain/ids.ts';
import { options as words } from '../../domain/pending-decision.ts';
import type { PendingDecision } from '../../domain/pending-decision.ts';
import type { PostBodyOf } from '../../domain/post.ts';
import { discordLimits } from '../discord-limits.ts';
import { costRange, counted, finishRange } from './amounts.ts';
import { button, choiceButtons, otherIdeas, outputButtons, planButtons, rows } from './buttons.ts';
import { tone } from './palette.ts';
import type { Button } from './rendered.ts';
import { card, paragraphs, section, sheet } from './sheet.ts';
import type { Card, Sheet } from './sheet.ts';

type Approaches = PostBodyOf<'approaches'>;

export function renderApproaches({ approaches, decision, text }: Approaches): Sheet {
  const offered = counted(approaches.length, 'approach').replace(/hs$/, 'hes');
  return sheet({
    headline: decision === null ? 'The approaches' : `${offered} · ${decision} waits for you`,
    cards: [card({ text }), ...approaches.map((offer, at) => approachCard(offer, at + 1))],
    rows:
      decision === null
        ? []
        : rows([...choiceButtons(decision, approaches.length), otherIdeas(decision)]),
  });
}

function approachCard(
  { approach, forecast }: Approaches['approaches'][number],
  number: number,
): Card {
  return card({
    title: `${number} · ${approach.title}`,
    text: paragraphs([
      approach.get,
      section('Not included', approach.leftOut),
      section('Work streams', approach.streams.join(' · ')),
      section('Main risk', approach.risk),
    ]),
    facts: [
      { name: 'Cost', value: costRange(forecast) },
      { name: 'Time', value: finishRange(forecast) },
      { name: 'Work', value: counted(approach.tasks, 'task') },
    ],
  });
}

export function renderDecision({ decision, outcome }: PostBodyOf<'decision'>): Sheet {
  if (outcome !== null) {
    return sheet({
      headline: `${decision.id} is decided`,
      cards: [
        card({
          title: `✔️ ${decision.title}`,
          text: paragraphs([section('Decided', outcome), decision.why]),
          colour: tone.done,
        }),
      ],
    });
  }
  return sheet({
    headline: `${decision.id} waits for you`,
    cards: [
      card({
        title: decision.title,
        text: paragraphs([decision.why, optionList(decision)]),
        colour: tone.warning,
      }),
    ],
    rows: rows(buttonsOf(decision)),
  });
}

function optionList({ kind, options }: PendingDecision): string {
  if (kind === 'plan' || kind === 'output') return '';
  return options.map((option, at) => `**${at + 1}.** ${option}`).join('\n');
}

function buttonsOf(decision: PendingDecision): Button[] {
  const { id, kind, options, task } = decision;
  const project = projectOfDecision(id);
  switch (kind) {
    case 'approach':
      return [...choiceButtons(id, options.length), otherIdeas(id)];
    case 'plan':
      return planButtons(id, { project, isApprovable: options.includes(words.approve) });
    case 'output':
      return task === null ? choiceButtons(id, options.length) : outputButtons(task, project);
    case 'stuck':
    case 'budget':
      return options.map((option, at) => optionButton(id, option, at + 1));
  }
}

/** The option's own words where they fit; the card lists all of them with these numbers. */
function optionButton(decision: string, option: string, choice: number): Button {
  const label = `${choice} · ${option}`;
  const fits = label.length <= discordLimits.buttonLabelChars;
  return button(fits ? label : String(choice), choice === 1 ? 'primary' : 'secondary', {
    name: 'approve',
    args: { decision, choice },
  });
}

// Work on record: who does a task and why, what came of it, what the approver said, and how it was
// handed on.
import type { Agent } from '../../domain/agent.ts';
import type { PostBodyOf } from '../../domain/post.ts';
import { outputRows } from './buttons.ts';
import { criteriaList, criteriaScore } from './criteria.ts';
import { colourOf } from './palette.ts';
import { commandHeadline } from './render-talk.ts';
import { bullets, card, fileList, paragraphs, section, sheet } from './sheet.ts';
import type { Sheet } from './sheet.ts';

export function renderSpecialistCard(body: PostBodyOf<'specialist-card'>): Sheet {
  const { agent, why } = body;
  const { persona } = agent;
  const { headline, whyHeading } = wordsOf(body);
  return sheet({
    headline,
    cards: [
      card({
        title: `${agent.name} · ${agent.title}`,
        text: paragraphs([
          ...(persona === null
            ? []
            : [
                persona.role,
                section('Expertise', persona.expertise),
                section('Expects', persona.expectations),
                section('Works with others', persona.collaboration),
                section('Adapts', persona.adaptability),
              ]),
          section('Has learned', learnedOf(agent)),
          section('Skills', agent.skills.join(' · ')),
          section(whyHeading, why),
        ]),
        colour: colourOf(agent),
      }),
    ],
  });
}

/** Whoever reads the card sees for which domains, too. */
function learnedOf({ bullets: learned }: Agent): string {
  return bullets(learned.map(({ text, scope }) => `${text} (${scope.join(', ')})`));
}

function wordsOf({ agent, reused, isOtherSeat }: PostBodyOf<'specialist-card'>) {
  if (isOtherSeat) {
    const headline = `${agent.name} works as ${agent.title} as well: one LLM, another role`;
    return { headline, whyHeading: 'Why the same LLM' };
  }
  return reused
    ? { headline: `${agent.name} is back on the team`, whyHeading: 'Why again' }
    : { headline: `${agent.name} joins the team`, whyHeading: 'Why new' };
}

export function renderAssignment(body: PostBodyOf<'assignment'>): Sheet {
  return sheet({
    headline: `${body.task} → ${body.assignee}`,
    cards: [
      card({
        title: `${body.task} · ${body.title}`,
        text: paragraphs([
          body.brief,
          section('It is done when', criteriaList(body.criteria, [])),
          section(`Why ${body.assignee}`, body.why),
          section('Model', body.model),
        ]),
      }),
    ],
  });
}

export function renderOutput(body: PostBodyOf<'output'>): Sheet {
  const version = body.revision === 0 ? '' : ` · v${body.revision + 1}`;
  return sheet({
    headline: commandHeadline(body.line),
    cards: [
      card({
        title: `${body.task} · ${body.title}${version}`,
        text: paragraphs([
          body.summary,
          section('Criteria', criteriaList(body.criteria, body.checks)),
          section('Open points', bullets(body.openPoints)),
          fileList(body.files),
        ]),
      }),
    ],
    rows: outputRows(body),
    files: body.files,
  });
}

export function renderVerdict(body: PostBodyOf<'verdict'>): Sheet {
  const { accepted, line, text } = body;
  return sheet({
    headline: line === null ? '' : commandHeadline(line),
    cards: [
      card({
        title: `${accepted ? '✅ Accepted' : '🔁 Changes requested'} · ${body.task} · ${body.title}`,
        text: paragraphs([
          text ?? '',
          section(accepted ? 'Notes' : 'What must change', bullets(body.reasons)),
          section('Criteria', criteriaList(body.criteria, body.results)),
        ]),
      }),
    ],
  });
}

export function renderHandoff(body: PostBodyOf<'handoff'>): Sheet {
  const receivers = body.to.map(({ task, agent }) => `${task} (${agent})`).join(', ');
  return sheet({
    headline: commandHeadline(body.line),
    cards: [
      card({
        title: `${body.from} → ${body.to.map(({ task }) => task).join(', ')}`,
        text: paragraphs([
          section('For', receivers),
          body.summary,
          // The files themselves stand with the output; here their names are enough.
          section('Files', fileList(body.files)),
          section('Open points', bullets(body.openPoints)),
        ]),
      }),
    ],
  });
}

export function renderDeliverable(body: PostBodyOf<'deliverable'>): Sheet {
  return sheet({
    headline: 'A deliverable is ready',
    cards: [
      card({
        title: `📦 ${body.title}`,
        text: paragraphs([
          fileList(body.files),
          section(criteriaScore(body.results), criteriaList(body.criteria, body.results)),
        ]),
        facts: [
          { name: 'Made by', value: body.author },
          { name: 'Approved by', value: body.approver },
        ],
      }),
    ],
    rows: outputRows(body),
    files: body.files,
  });
}

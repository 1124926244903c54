// A post as plain Markdown: for transcripts, for memory, for search. Nothing of it is left out; how
// it looks in Discord is another matter (discord/render).
import type { Criterion, CriterionResult } from '../domain/criterion.ts';
import type { PostBody, PostBodyOf } from '../domain/post.ts';
import { recordWords } from '../domain/track-record.ts';

export function plainText(body: PostBody): string {
  return partsOf(body)
    .filter((part) => part !== null && part !== '')
    .join('\n');
}

function partsOf(body: PostBody): (string | null)[] {
  switch (body.type) {
    case 'speech':
      return [body.text];
    case 'command':
      return [...code(body.line), body.text];
    case 'questions':
      return [body.text, ...body.questions.map((question, at) => `${at + 1}. ${question}`)];
    case 'approaches':
      return [
        body.text,
        ...body.approaches.map(({ approach }, at) =>
          [
            `**${at + 1}. ${approach.title}**`,
            `You get: ${approach.get}`,
            `Left out: ${approach.leftOut}`,
            `Streams: ${approach.streams.join(', ')} · ${approach.tasks} tasks`,
            `Main risk: ${approach.risk}`,
          ].join('\n'),
        ),
      ];
    case 'plan':
      return planParts(body);
    case 'specialist-card': {
      const { agent, reused, isOtherSeat, why } = body;
      const persona = agent.persona === null ? [] : Object.values(agent.persona);
      const joins = reused ? 'reused' : 'new';
      const how = isOtherSeat ? 'the same LLM' : joins;
      return [`**${agent.name} · ${agent.title}** (${how}): ${why}`, ...persona];
    }
    case 'assignment':
      return [
        `**${body.task} ${body.title}** → ${body.assignee}`,
        body.brief,
        `Why ${body.assignee}: ${body.why}`,
        `Model: ${body.model}`,
        ...body.criteria.map((criterion) => `- ${criterion.id} ${criterion.text}`),
      ];
    case 'output':
    case 'verdict':
    case 'handoff':
    case 'deliverable':
    case 'hand-over':
      return workParts(body);
    case 'decision':
      return [
        `**${body.decision.id} ${body.decision.title}**`,
        body.outcome === null ? body.decision.why : `Decided: ${body.outcome}`,
        body.outcome === null ? `Options: ${body.decision.options.join(' · ')}` : null,
      ];
    case 'learning-report':
      return reportParts(body);
    case 'rewrite':
      return [
        `**${body.id}: a change of the system message of ${body.who}**`,
        ...body.diff,
        `Why: ${body.hypothesis}`,
        ...body.evidence.map(({ id, text }) => `${id} ${text}`),
        body.outcome === null ? null : `Decided: ${body.outcome}`,
      ];
    case 'notice':
      return [`**${body.title}**`, body.text];
    case 'question':
      return [body.text];
    case 'status':
      return [`**${body.view.title}**: ${body.view.phase}`];
  }
}

function reportParts(body: PostBodyOf<'learning-report'>): (string | null)[] {
  return [
    `**How the work went: ${body.title}**`,
    ...body.scores.flatMap(({ who, records }) =>
      records.map((record) => `${who}, ${record.domain}: ${recordWords(record)}`),
    ),
    ...body.patterns,
    ...body.advice.map(({ to, text }) => `Advice for ${to}: ${text}`),
    body.proposed.length === 0 ? null : `Proposed: ${body.proposed.join(', ')}`,
    ...body.refused.map((reason) => `Not proposed: ${reason}`),
    body.failure === null ? null : `No study: ${body.failure}`,
  ];
}

type WorkBody = PostBodyOf<'output' | 'verdict' | 'handoff' | 'deliverable' | 'hand-over'>;

/** What is said about outputs. */
function workParts(body: WorkBody): (string | null)[] {
  switch (body.type) {
    case 'output':
      return [
        ...code(body.line),
        `**${body.task} ${body.title}**, version ${body.revision + 1}`,
        body.summary,
        fileNames(body.files),
        ...body.checks.map((check) => resultLine(check, body.criteria)),
        ...body.openPoints.map((point) => `Open: ${point}`),
      ];
    case 'verdict':
      return [
        ...(body.line === null ? [] : code(body.line)),
        `**${body.task} ${body.title}: ${body.accepted ? 'accepted' : 'changes requested'}**`,
        body.text,
        ...body.results.map((result) => resultLine(result, body.criteria)),
        ...body.reasons.map((reason) => `- ${reason}`),
      ];
    case 'handoff':
      return [
        ...code(body.line),
        `**${body.from} →** ${body.to.map(({ task, agent }) => `${task} (${agent})`).join(', ')}`,
        body.summary,
        fileNames(body.files),
        ...body.openPoints.map((point) => `Open: ${point}`),
      ];
    case 'deliverable':
      return [
        `**Deliverable: ${body.title}** by ${body.author}, approved by ${body.approver}`,
        fileNames(body.files),
        ...body.results.map((result) => resultLine(result, body.criteria)),
      ];
    case 'hand-over':
      return [
        `**Hand-over: ${body.title}**`,
        body.summary,
        fileNames([...body.files, body.bundle]),
        ...body.results.map((result) => resultLine(result, body.criteria)),
        ...body.openRisks.map((risk) => `Open risk: ${risk}`),
        ...body.lessons.map((lesson) => `Lesson: ${lesson}`),
      ];
  }
}

function planParts(body: Extract<PostBody, { type: 'plan' }>): (string | null)[] {
  const { plan, seats, criticalPath, faults } = body;
  return [
    `**Plan: ${plan.title}**`,
    plan.summary,
    ...plan.outputs.flatMap((output) => [
      `${output.id} ${output.title} (${output.files.join(', ')})`,
      ...output.criteria.map((criterion) => `- ${criterion.id} ${criterion.text}`),
    ]),
    ...plan.streams.map((stream) => `${stream.id} ${stream.title}: ${stream.oversight}`),
    ...plan.streams.flatMap(({ id, coordination }) =>
      coordination === null
        ? []
        : [`${id} is coordinated by ${coordination.by}: ${coordination.why}`],
    ),
    ...seats.map((seat) => {
      const same = seat.sameAs === null ? '' : ` (the same LLM as ${seat.sameAs})`;
      return `${seat.label}${same}: ${seat.why}`;
    }),
    ...plan.tasks.map((task) => {
      const after = task.after.length === 0 ? '' : ` after ${task.after.join(', ')}`;
      return `${task.id} ${task.title}${after}: ${task.doer} → ${task.approver}, ${task.tier}`;
    }),
    `Critical path: ${criticalPath.join(' → ')}`,
    ...faults.map((fault) => `Fault: ${fault}`),
  ];
}

function code(lines: string): string[] {
  return lines === '' ? [] : lines.split('\n').map((line) => `\`${line}\``);
}

function fileNames(files: readonly { name: string }[]): string | null {
  return files.length === 0 ? null : `Files: ${files.map((file) => file.name).join(', ')}`;
}

function resultLine(result: CriterionResult, criteria: readonly Criterion[]): string {
  const text = criteria.find((criterion) => criterion.id === result.criterion)?.text ?? '';
  const mark = result.met ? '✅' : '❌';
  return `${mark} ${result.criterion} ${text}: ${result.evidence} (${result.checkedBy})`;
}
